import { AppError } from '#domain/errors/index.ts';
import type { Checkpoint, OverlayLog } from '#domain/overlay/index.ts';
import type { Overlay } from '#ports/overlay.ts';

/** Milliseconds after which what was written is put on the device; with the flush itself, less than 50 where the device is quick. */
const FLUSH_MS = 25;
/** Milliseconds without a write after which the log is compacted, a step at a time; and after which a failed flush is tried again. */
const IDLE_MS = 2000;
/** The checkpoint of an empty disk that is being filled. */
const UNTOUCHED = 'untouched';

/** A log that is flushed soon after each write and compacted when nothing is written. */
export class KeptDisk implements Overlay {
  readonly #log: OverlayLog;
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: OverlayLog) {
    this.#log = log;
    undoUnfinishedFill(log);
    this.#compactLater();
  }

  get version(): number {
    return this.#log.version;
  }

  /** Bytes of the disk, as its guest sees it. */
  get size(): number {
    return this.#log.size;
  }

  get grownTo(): number | undefined {
    return this.#log.grownTo;
  }

  /** Bytes that it takes on the device. */
  get bytes(): number {
    return this.#log.bytes;
  }

  get checkpoints(): readonly Checkpoint[] {
    return this.#log.checkpoints;
  }

  covers(start: number, length: number): boolean {
    return this.#log.covers(start, length);
  }

  apply(start: number, target: Uint8Array): void {
    this.#log.apply(start, target);
  }

  write(start: number, bytes: Uint8Array): void {
    this.#log.write(start, bytes);
    this.#flushTimer ??= setTimeout(() => this.#flushNow(), FLUSH_MS);
  }

  flush(): void {
    this.#log.flush();
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#compactLater();
  }

  fill(write: () => void): void {
    if (this.version !== 0) throw new RangeError('this disk has been written to');
    this.#log.checkpoint(UNTOUCHED, '');
    write();
    this.#log.forget(UNTOUCHED);
  }

  grow(bytes: number): void {
    this.#log.grow(bytes);
  }

  checkpoint(id: string, note: string): void {
    this.#log.checkpoint(id, note);
  }

  annotate(id: string, note: string): void {
    this.#log.annotate(id, note);
  }

  restore(id: string): void {
    this.#log.restore(id);
  }

  forget(id: string): void {
    this.#log.forget(id);
    this.#compactLater();
  }

  close(): void {
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#idleTimer);
    this.#log.close();
  }

  /** Nobody waits for it: when it fails, it is tried again, until the guest asks for it and is told. */
  #flushNow(): void {
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#flushTimer = setTimeout(() => this.#flushNow(), IDLE_MS);
    }
  }

  #compactLater(milliseconds = IDLE_MS): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#compact(), milliseconds);
  }

  #compact(): void {
    try {
      // The guest gets its turn between two steps.
      if (!this.#log.dirty && this.#log.compact()) this.#compactLater(0);
    } catch (error) {
      // A full device: nothing has changed, and there is another time.
      if (!(error instanceof AppError)) throw error;
    }
  }
}

/** Makes a disk empty again that was being filled when a crash came. */
export function undoUnfinishedFill(log: OverlayLog): void {
  if (!log.checkpoints.some(({ id }) => id === UNTOUCHED)) return;
  log.restore(UNTOUCHED);
  log.forget(UNTOUCHED);
}
