import { Deferred } from '#domain/async/index.ts';
import type { Digest } from '#domain/container/index.ts';
import type { AppCaller, AppDoor, AppTab } from '#ports/app-service.ts';

/** A machine that runs in this tab, as far as its servers go. */
export interface SharedApps {
  readonly id: string;
  readonly container: Digest;
  readonly apps: Pick<AppDoor, 'letGo'> & {
    /** As `AppDoor.openApps`. @returns aborted when nobody answers there any more */
    openApps(end: MessagePort, caller: AppCaller): Promise<AbortSignal>;
  };
}

/** Is asked when somebody would reach a machine; what it throws is the answer. */
export type Allow = (machine: SharedApps) => Promise<void>;

/** A machine of this tab, as far as one service worker of apps may reach it: its servers, and nothing else. */
export class AppShare implements AppTab {
  readonly machine: SharedApps;
  readonly #caller: AppCaller;
  readonly #allow: Allow;
  readonly #ended = new Deferred<void>();

  constructor(machine: SharedApps, caller: AppCaller, allow: Allow) {
    this.machine = machine;
    this.#caller = caller;
    this.#allow = allow;
  }

  async openApps(end: MessagePort): Promise<void> {
    await this.#allow(this.machine);
    const gone = await this.machine.apps.openApps(end, this.#caller);
    gone.addEventListener('abort', () => this.#ended.resolve());
    if (gone.aborted) this.#ended.resolve();
    // It may have been taken back while the way was made.
    await this.review();
  }

  ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Closes it unless it is still allowed. @throws what `allow` does */
  async review(): Promise<void> {
    await this.#allow(this.machine).catch((error: unknown) => {
      this.close();
      throw error;
    });
  }

  /** Breaks off what was asked. A machine that does not run any more has nothing to let go of. */
  close(): void {
    this.machine.apps.letGo(this.#caller.asker).catch(() => undefined);
    this.#ended.resolve();
  }
}
