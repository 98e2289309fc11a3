import type { DirectFiles, UnpackTexts } from '#domain/packages/direct/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { DirectFile, PackageService } from '#ports/package-service.ts';

/** Bytes of files that are written at a time: page, worker and guest hold them once each, and the next ones are made meanwhile. */
const MOST_WRITTEN = 16 * 1024 * 1024;

/** Some of the packages that are written without dpkg. */
export interface DirectBatch extends DirectFiles {
  /** Where its first package stands among all, from 0, and how many it has. */
  readonly at: number;
  readonly taken: number;
}

/**
 * Archives of packages, each made and handed over while the one before is being written: unpacking is another processor's work.
 */
export class DirectBatches {
  readonly #service: Pick<PackageService, 'writeDirectly'>;
  readonly #files: readonly DirectFile[];
  readonly #unpacking: UnpackTexts;
  readonly #options: () => Cancellable;
  readonly #onMade: (batch: DirectBatch) => Promise<void>;
  #next: Promise<DirectBatch> | undefined;

  /**
   * Begins with the first.
   * @param options asked for each batch
   * @param onMade hands a batch over: called as soon as it is made, and waited for before anybody has it
   */
  constructor(
    service: Pick<PackageService, 'writeDirectly'>,
    files: readonly DirectFile[],
    unpacking: UnpackTexts,
    options: () => Cancellable,
    onMade: (batch: DirectBatch) => Promise<void>,
  ) {
    this.#service = service;
    this.#files = files;
    this.#unpacking = unpacking;
    this.#options = options;
    this.#onMade = onMade;
    this.#begin(0);
  }

  /** @throws AppError `archive/*` */
  async *[Symbol.asyncIterator](): AsyncGenerator<DirectBatch, void> {
    while (this.#next) {
      const batch = await this.#next;
      this.#begin(batch.at + batch.taken);
      yield batch;
    }
  }

  #begin(at: number): void {
    this.#next = at < this.#files.length ? this.#make(at) : undefined;
    // Whoever takes it is told.
    this.#next?.catch(() => undefined);
  }

  async #make(at: number): Promise<DirectBatch> {
    const files = this.#files.slice(at);
    const made = await this.#service.writeDirectly(files, this.#unpacking, MOST_WRITTEN, this.#options());
    const batch = { at, ...made };
    await this.#onMade(batch);
    return batch;
  }
}
