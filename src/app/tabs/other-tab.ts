import type { SharedMachine } from '#ports/shared-machine.ts';
import type { Connection } from '#rpc/index.ts';
import type { ConsoleHub } from '../machine-console.ts';
import { reachMachine } from './relay.ts';

type Sink = Parameters<SharedMachine['attachConsole']>[0];

/** Milliseconds until a viewer that was let go asks again. */
const AGAIN_MS = 1000;

/** The tab that runs a machine, as another sees it: reached when first needed, until it no longer runs it. */
export class OtherTab {
  /** Names it; undefined while its lock is not known. */
  readonly tab: string | undefined;
  readonly #machine: string;
  readonly #viewer: string;
  readonly #gone = new AbortController();
  #connection: Promise<Connection<SharedMachine>> | undefined;
  #watching: AbortController | undefined;

  constructor(machine: string, tab: string | undefined, viewer: string) {
    this.#machine = machine;
    this.tab = tab;
    this.#viewer = viewer;
  }

  /** @throws AppError `tab/*` */
  async service(): Promise<SharedMachine> {
    this.#connection ??= reachMachine(this.#machine, this.#viewer, this.#gone.signal);
    try {
      return (await this.#connection).service;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  /** Lets `hub` show the machine's terminal. @throws AppError `tab/*` */
  async watch(hub: ConsoleHub): Promise<void> {
    const service = await this.service();
    this.leave();
    if (this.#gone.signal.aborted) return;
    this.#watching = new AbortController();
    watchConsole(hub, service, this.#watching.signal);
  }

  leave(): void {
    this.#watching?.abort();
    this.#watching = undefined;
  }

  /** It no longer runs the machine. */
  end(): void {
    this.leave();
    this.#gone.abort();
    void this.#connection?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }
}

/**
 * Shows a terminal of another tab until the signal. While this tab is hidden it takes nothing: browsers slow hidden tabs
 * down, and the guest would be held back by one that nobody looks at. It sees all of it again when it is shown.
 */
function watchConsole(hub: ConsoleHub, service: SharedMachine, signal: AbortSignal): void {
  let shown: AbortController | undefined;
  const show = (): void => {
    if (shown || document.hidden || signal.aborted) return;
    shown = new AbortController();
    hub.connect(consoleOf(service, shown.signal, again));
  };
  const hide = (): void => {
    if (!shown) return;
    shown.abort();
    shown = undefined;
    hub.disconnect();
  };
  const again = (): void => {
    hide();
    setTimeout(show, AGAIN_MS);
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? hide() : show()), { signal });
  signal.addEventListener('abort', hide);
  show();
}

function consoleOf(
  service: SharedMachine,
  signal: AbortSignal,
  onLetGo: () => void,
): Parameters<ConsoleHub['connect']>[0] {
  return {
    attachConsole: async (sink: Sink) => {
      await service.attachConsole(sink, { signal });
      if (!signal.aborted) onLetGo();
    },
    writeConsole: (bytes) => service.writeConsole(bytes),
    resizeConsole: (columns, rows) => service.resizeConsole(columns, rows),
  };
}
