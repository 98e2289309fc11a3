import { holdLife, ReachAppsSchema, type ReachApps } from '#rpc/index.ts';
import * as v from 'valibot';

/** The service worker of guests' pages that are below the shell: apps/sw/below-shell.ts. */
export class AppsWorkerBelow {
  readonly #script: string;
  readonly #scope: string;

  /**
   * @param scope of the shell, ends with `/`
   * @param onReach it looks for a machine
   */
  constructor(scope: string, onReach: (message: ReachApps, reply: MessagePort) => void) {
    this.#script = `${scope}app-sw.js`;
    this.#scope = `${scope}app/`;
    // Pages wait for it: they are of this origin, as this tab is.
    let life: string | undefined;
    container()?.addEventListener('message', ({ data, source, ports: [reply] }) => {
      if (!(source instanceof ServiceWorker) || source.scriptURL !== this.#script || !reply) return;
      const message = v.safeParse(ReachAppsSchema, data);
      if (message.success) onReach({ ...message.output, life: (life ??= holdLife()) }, reply);
    });
  }

  /** Installs it; false where that cannot be. */
  async install(): Promise<boolean> {
    const options: RegistrationOptions = { scope: this.#scope, updateViaCache: 'none' };
    const registration = await container()
      ?.register(this.#script, options)
      .catch(() => undefined);
    return registration !== undefined;
  }

  /** Says something to it, if it is there. */
  async post(message: object, reply: MessagePort): Promise<void> {
    const registration = await container()?.getRegistration(this.#scope);
    if (registration?.active?.scriptURL === this.#script) registration.active.postMessage(message, [reply]);
  }
}

/** Undefined in windows that have no service workers, whatever the types say. */
function container(): ServiceWorkerContainer | undefined {
  return navigator.serviceWorker;
}
