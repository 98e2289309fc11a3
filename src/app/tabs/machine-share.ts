import type { AppSettings } from '#domain/http/index.ts';
import type { AppDesk, AppLogEntry, AppRequest, AppResponse } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { NetworkDesk, NetworkReport } from '#ports/network-desk.ts';
import type { Machine, RunOptions, RunResult } from '#ports/portolan.ts';
import type { GuestProcess } from '#ports/engine.ts';
import type { SharedMachine } from '#ports/shared-machine.ts';
import type { ConsoleHub, TerminalSize } from '../machine-console.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Sink = Parameters<SharedMachine['attachConsole']>[0];

/** Milliseconds for which a viewer may hold the guest back before it is let go: it may be frozen, or stopped in a debugger. */
const LATE_MS = 10_000;

/** A machine of this tab, together with its terminal. */
export type OwnMachine = Pick<Machine, 'exec' | 'writeFile' | 'readFile' | 'processes' | 'suspend'> &
  Pick<SharedMachine, 'openConnection' | 'exchange' | 'disk' | keyof AppDesk | keyof NetworkDesk> & {
    readonly console: Pick<ConsoleHub, 'attach' | 'fit' | 'type'>;
  };

/** A machine of this tab, as one viewer in another tab reaches it. */
export class MachineShare implements SharedMachine {
  readonly #machine: OwnMachine;
  readonly #gone: AbortSignal;
  #size: TerminalSize | undefined;

  /** @param gone aborted when the viewer's tab has ended */
  constructor(machine: OwnMachine, gone: AbortSignal) {
    this.#machine = machine;
    this.#gone = gone;
  }

  attachConsole(sink: Sink, { signal }: Cancellable = {}): Promise<void> {
    const attached = new AbortController();
    const end = (): void => attached.abort();
    for (const ender of [this.#gone, signal]) ender?.addEventListener('abort', end, { signal: attached.signal });
    if (this.#gone.aborted || signal?.aborted) end();
    const take = async (bytes: Bytes): Promise<void> => {
      if (!(await isTaken(sink(bytes), attached.signal))) end();
    };
    return new Promise((resolve) => {
      if (attached.signal.aborted) return resolve();
      attached.signal.addEventListener('abort', () => resolve());
      this.#machine.console.attach(take, { signal: attached.signal });
    });
  }

  writeConsole(bytes: Bytes): Promise<void> {
    this.#machine.console.fit(this.#size);
    this.#machine.console.type(bytes);
    return Promise.resolve();
  }

  resizeConsole(columns: number, rows: number): Promise<void> {
    this.#size = [columns, rows];
    this.#machine.console.fit(this.#size);
    return Promise.resolve();
  }

  exec(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return this.#machine.exec(argv, options);
  }

  writeFile(path: string, bytes: Bytes): Promise<void> {
    return this.#machine.writeFile(path, bytes);
  }

  readFile(path: string): Promise<Bytes> {
    return this.#machine.readFile(path);
  }

  processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    return this.#machine.processes(options);
  }

  openConnection(port: number, end: MessagePort, options?: Cancellable): Promise<void> {
    return this.#machine.openConnection(port, end, options);
  }

  exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse> {
    return this.#machine.exchange(request, end, options);
  }

  appSettings(): Promise<readonly AppSettings[]> {
    return this.#machine.appSettings();
  }

  setAppSettings(settings: readonly AppSettings[]): Promise<void> {
    return this.#machine.setAppSettings(settings);
  }

  requests(): Promise<readonly AppLogEntry[]> {
    return this.#machine.requests();
  }

  clearRequests(): Promise<void> {
    return this.#machine.clearRequests();
  }

  disk(): Promise<DiskReport> {
    return this.#machine.disk();
  }

  network(): Promise<NetworkReport> {
    return this.#machine.network();
  }

  setRelay(url: string | undefined): Promise<void> {
    return this.#machine.setRelay(url);
  }

  suspend(): Promise<void> {
    return this.#machine.suspend();
  }
}

/** False when the viewer refuses, has been let go, or takes too long: the guest must not wait for it any more. */
async function isTaken(taking: Promise<void>, ended: AbortSignal): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waiting = new AbortController();
  const given = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), LATE_MS);
    ended.addEventListener('abort', () => resolve(false), { signal: waiting.signal });
  });
  const taken = taking.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([taken, given]);
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}
