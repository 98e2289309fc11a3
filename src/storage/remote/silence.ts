import { AppError } from '#domain/errors/index.ts';

/** Seconds without a byte after which a transfer counts as stalled. There is no limit on its whole length. */
const SILENCE_SECONDS = 15;

/** Aborts a transfer that says nothing for too long, while it connects or later, or whose caller gave up. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #url: string;
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#caller?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, caller: AbortSignal | undefined) {
    this.#url = url;
    this.#caller = caller;
    caller?.addEventListener('abort', this.#onAbort);
    if (caller?.aborted) this.#onAbort();
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    const error = new AppError('source/stalled', { url: this.#url, seconds: SILENCE_SECONDS });
    this.#timer = setTimeout(() => this.#controller.abort(error), SILENCE_SECONDS * 1000);
  }

  /** Hangs up, too: an answer that was refused for its headers may have a body of any length. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
  }
}
