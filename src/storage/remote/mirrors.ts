import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorCode } from '#domain/errors/index.ts';
import { backOff, type BackOffLimits } from '#domain/retry/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Mirror, MirrorDirectory } from '#ports/sources.ts';
import { PACING, type Pacing } from './pacing.ts';

/** Tries at one mirror in a row without any progress. */
const TRIES = 3;
const BACK_OFF: BackOffLimits = { first: 500, most: 4000 };
/** Milliseconds that are waited for a server which says when to come back; if it is longer, whoever asked hears so. */
const MOST_WAIT_MS = 5000;
/** Milliseconds for which a mirror that failed is asked after the others. */
const DEMOTED_MS = 30_000;

/** Failures that may be over in a moment. */
const PASSING = new Set<ErrorCode>([
  'source/unreachable',
  'source/stalled',
  'source/short-body',
  'source/server-error',
  'source/too-many-requests',
]);

/** A container, and the catalogs that may have it beside those of the user's sources. */
export interface Wanted {
  readonly manifest: Digest;
  readonly from: readonly string[];
}

/** One try at one mirror. */
export interface Attempt {
  readonly mirror: Mirror;
  /** The mirror has answered. */
  answered(): void;
  /** Something of it can be used already: the mirror gets all its tries again. */
  progressed(): void;
}

/** What is known of a mirror that failed. */
interface Failure {
  /** Until then it is asked after the others, on the pacing's clock. */
  readonly until: number;
  /** It wants to be left alone until then. */
  readonly told: AppError | undefined;
}

/** Asks mirrors one after another until one gives what is wanted. Remembers those that failed, and reports on all. */
export class Mirrors {
  readonly #directory: MirrorDirectory;
  readonly #pacing: Pacing;
  readonly #failures = new Map<string, Failure>();

  constructor(directory: MirrorDirectory, pacing: Pacing = PACING) {
    this.#directory = directory;
    this.#pacing = pacing;
  }

  /**
   * What `work` gives at the first mirror where it ends well.
   * @throws AppError of the first mirror, or `chunk/digest-mismatch` of any; `container/unavailable` when there is none;
   * at once any error that is not the mirror's fault
   */
  async fetch<T>(wanted: Wanted, work: (attempt: Attempt) => Promise<T>, options: Cancellable = {}): Promise<T> {
    const mirrors = await this.#inOrder(wanted);
    const errors: AppError[] = [];
    for (const [i, mirror] of mirrors.entries()) {
      try {
        return await this.#fetchFrom(mirror, i === mirrors.length - 1, work, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        const failure = AppError.from(error);
        if (!isOfMirror(failure)) throw failure;
        errors.push(failure);
      }
    }
    const damaged = errors.find(({ code }) => code === 'chunk/digest-mismatch');
    throw damaged ?? errors[0] ?? new AppError('container/unavailable', { digest: wanted.manifest });
  }

  /** The directory's, then the asker's; those that failed of late go to the end. */
  async #inOrder({ manifest, from }: Wanted): Promise<readonly Mirror[]> {
    const known = await this.#directory.mirrorsOf(manifest).catch((error: unknown) => {
      if (from.length === 0) throw error;
      return [];
    });
    const urls = new Set([...known.map(({ catalogUrl }) => catalogUrl), ...from]);
    const failed = (url: string): boolean => (this.#failures.get(url)?.until ?? 0) > this.#pacing.now();
    return [...urls].toSorted((a, b) => Number(failed(a)) - Number(failed(b))).map((catalogUrl) => ({ catalogUrl }));
  }

  async #fetchFrom<T>(
    mirror: Mirror,
    isLast: boolean,
    work: (attempt: Attempt) => Promise<T>,
    options: Cancellable,
  ): Promise<T> {
    await this.#leaveAlone(mirror, isLast, options);
    for (let tried = 1; ; tried++) {
      const begun = this.#pacing.now();
      let answered = begun;
      const attempt: Attempt = {
        mirror,
        answered: () => void (answered = this.#pacing.now()),
        progressed: () => void (tried = 0),
      };
      try {
        const result = await work(attempt);
        this.#succeed(mirror, answered - begun);
        return result;
      } catch (error) {
        options.signal?.throwIfAborted();
        const failure = AppError.from(error);
        const wait = this.#waitAfter(failure, tried, isLast);
        if (wait === undefined) throw this.#fail(mirror, failure);
        await this.#pacing.sleep(wait, options);
      }
    }
  }

  /** Waits while a mirror wants to be left alone. @throws AppError what it said, when that is too long */
  async #leaveAlone({ catalogUrl }: Mirror, isLast: boolean, options: Cancellable): Promise<void> {
    const { told, until } = this.#failures.get(catalogUrl) ?? {};
    const wait = (until ?? 0) - this.#pacing.now();
    if (!told || wait <= 0) return;
    if (!isLast || wait > MOST_WAIT_MS)
      throw new AppError(told.code, { ...told.data, seconds: Math.ceil(wait / 1000) });
    await this.#pacing.sleep(wait, options);
  }

  /** Milliseconds until the next try at the same mirror; undefined when there is to be none. */
  #waitAfter(error: AppError, tried: number, isLast: boolean): number | undefined {
    if (!PASSING.has(error.code) || tried >= TRIES) return undefined;
    const asked = toldToWait(error);
    // Waiting makes no sense where another mirror may have it at once.
    if (!isLast && (error.code === 'source/stalled' || asked !== undefined)) return undefined;
    const wait = backOff(Math.max(tried, 1), this.#pacing.random(), BACK_OFF, asked);
    return wait > MOST_WAIT_MS ? undefined : wait;
  }

  #succeed(mirror: Mirror, milliseconds: number): void {
    this.#failures.delete(mirror.catalogUrl);
    this.#directory.report(mirror, { ok: true, milliseconds });
  }

  #fail(mirror: Mirror, error: AppError): AppError {
    if (!isOfMirror(error)) return error;
    const asked = toldToWait(error);
    const until = this.#pacing.now() + (asked ?? DEMOTED_MS);
    this.#failures.set(mirror.catalogUrl, { until, told: asked === undefined ? undefined : error });
    this.#directory.report(mirror, { ok: false, error: error.toRecord() });
    return error;
  }
}

/** Another mirror may do better. */
function isOfMirror({ code }: AppError): boolean {
  return code.startsWith('source/') || code === 'chunk/digest-mismatch';
}

/** Milliseconds for which the server wants to be left alone; undefined when it did not say. */
function toldToWait({ code, data }: AppError): number | undefined {
  if (code !== 'source/too-many-requests' && code !== 'source/server-error') return undefined;
  const { seconds } = data;
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}
