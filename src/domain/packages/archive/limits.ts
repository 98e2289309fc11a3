import { AppError } from '../../errors/index.ts';

/** What an archive may unpack to. Small files can claim, and even hold, what fills any disk. */
export interface ArchiveLimits {
  /** Bytes of everything in it together. */
  readonly content: number;
  /** How many times larger it may become; counts from `RATIO_FROM` on. */
  readonly ratio: number;
  /** Files, folders, links, and what is said of them beforehand. */
  readonly headers: number;
}

/** Far beyond any package of Debian: the largest have some hundred thousand files or 2 GB, the densest shrink to a fiftieth. */
export const ARCHIVE_LIMITS: ArchiveLimits = { content: 8 * 1024 ** 3, ratio: 500, headers: 2_000_000 };

/** Bytes. A small archive may be as dense as it likes: a few files of zeros are no attack. */
const RATIO_FROM = 64 * 1024 * 1024;

/** Counts what goes into unpacking and what comes out of it. */
export class Meter {
  readonly #limits: ArchiveLimits;
  #packed = 0;
  #content = 0;
  #headers = 0;
  #claimed = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** Bytes that may still come out. */
  get left(): number {
    return this.#limits.content - this.#content;
  }

  /** Passes packed bytes on. */
  async *packed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of source) {
      this.#packed += piece.length;
      yield piece;
    }
  }

  /** Passes unpacked bytes on. @throws AppError `archive/too-large` */
  async *content(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of source) {
      this.#content += piece.length;
      this.#expect(this.#content);
      const isDense = this.#content > RATIO_FROM && this.#content > this.#packed * this.#limits.ratio;
      if (isDense) throw tooLarge(`it unpacks to more than ${this.#limits.ratio} times its size`);
      yield piece;
    }
  }

  /** Counts one more header. @throws AppError `archive/too-large` */
  header(): void {
    if (++this.#headers > this.#limits.headers) throw tooLarge(`it has more than ${this.#limits.headers} files`);
  }

  /** Counts bytes that a file says it has, before anyone makes room for them. @throws AppError `archive/too-large` */
  claim(bytes: number): void {
    this.#claimed += bytes;
    this.#expect(this.#claimed);
  }

  #expect(bytes: number): void {
    if (bytes > this.#limits.content) throw tooLarge(`it unpacks to more than ${this.#limits.content} bytes`);
  }
}

function tooLarge(detail: string): AppError {
  return new AppError('archive/too-large', { detail });
}
