import { CookieJar, type StoredCookies } from '#domain/http/index.ts';

/** Milliseconds for which changes are gathered: a login sets several cookies at once. */
const GATHER_MS = 300;

/** Where cookies are kept. */
export interface CookiePlace {
  /** Undefined when there are none. */
  cookies(): Promise<StoredCookies | undefined>;
  keepCookies(cookies: StoredCookies): Promise<void>;
}

/** The cookies of a machine's servers. They outlive the session, as a browser's do. */
export class KeptCookies {
  readonly jar: CookieJar;
  readonly #place: CookiePlace | undefined;
  readonly #onError: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param place undefined for a machine that keeps nothing */
  static async open(place: CookiePlace | undefined, onError: (error: unknown) => void): Promise<KeptCookies> {
    try {
      const stored = await place?.cookies();
      return new KeptCookies(stored ? CookieJar.from(stored) : new CookieJar(), place, onError);
    } catch (error) {
      // A machine starts without its cookies rather than not at all: people log in again.
      onError(error);
      return new KeptCookies(new CookieJar(), place, onError);
    }
  }

  private constructor(jar: CookieJar, place: CookiePlace | undefined, onError: (error: unknown) => void) {
    this.jar = jar;
    this.#place = place;
    this.#onError = onError;
  }

  /** The jar may have changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Resolves when what has changed so far is kept, or cannot be. */
  async flush(): Promise<void> {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#place?.keepCookies(this.jar.toJSON()).catch(this.#onError);
  }
}
