import { CHUNK_BYTES } from '#domain/container/index.ts';
import { BlockOverlay, writeImage, type OverlayImage } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { BlockSource } from '#ports/block-source.ts';
import type { Overlay } from '#ports/overlay.ts';

/** Chunks asked for ahead of a reader that reads in order. */
const READ_AHEAD = 4;
/** Seconds after which the machine is held for a chunk that is still under way. Linux gives a disk 30 s to answer. */
const LATE_SECONDS = 10;

/** What the disk tells its session. */
export interface DiskWatcher {
  /** A chunk cannot be had, or a write be kept; resolves when it is time to try again. */
  wait(error: AppError): Promise<void>;
  /** A chunk is on its way, and takes long. */
  late(error: AppError): void;
  /** What was waited for has been delivered. */
  proceed(): void;
}

type Deliver = (bytes: Uint8Array) => void;

/**
 * The guest's hard disk, in the shape that v86 asks of a disk (`load, get, set, get_and_cache, get_from_cache, get_state, set_state, byteLength`):
 * chunks of a container below, what the guest wrote above. v86 knows no error here, on purpose:
 * a read waits until its bytes are verified and there, a write until there is room for it.
 */
export class OverlayDisk {
  readonly byteLength: number;
  /** v86 sets it before it calls `load`. */
  onload: ((event: object) => void) | undefined;
  readonly #base: BlockSource;
  readonly #watcher: DiskWatcher;
  readonly #overlay: Overlay;
  readonly #firstReads = new Set<number>();
  readonly #inFlight = new Set<Promise<void>>();
  #lastChunk = -1;
  #firstSector: Uint8Array | undefined;
  #closed = false;
  /** The machine is held for a read, a write or a flush. */
  #held = false;

  constructor(base: BlockSource, watcher: DiskWatcher, overlay: Overlay = new BlockOverlay()) {
    this.#overlay = overlay;
    this.#base = base;
    this.#watcher = watcher;
    this.byteLength = base.size;
  }

  /** Chunks in the order in which the guest first read them. */
  get trace(): readonly number[] {
    return [...this.#firstReads];
  }

  load(): void {
    this.onload?.({});
  }

  /** Reads `length` bytes; answers at once when they are at hand, as v86's own buffers do. */
  get(start: number, length: number, deliver: Deliver): void {
    const bytes = new Uint8Array(length);
    if (this.#readNow(start, bytes)) deliver(bytes);
    else this.#follow(this.#readLater(start, bytes, deliver));
  }

  /** v86 reads the first sector before it makes its devices, … */
  get_and_cache(start: number, length: number, deliver: Deliver): void {
    this.get(start, length, (bytes) => {
      this.#firstSector = bytes;
      deliver(bytes);
    });
  }

  /** … and looks at it while it makes them, when it cannot wait: for a partition table. */
  get_from_cache(start: number, length: number): Uint8Array | undefined {
    return start === 0 && length === this.#firstSector?.length ? this.#firstSector : undefined;
  }

  set(start: number, bytes: Uint8Array, done: () => void): void {
    // v86 may use the memory again before a write that waits is done.
    const error = this.#attempt(() => this.#overlay.write(start, bytes));
    if (!error) return done();
    const copy = bytes.slice();
    this.#follow(this.#persist(error, () => this.#overlay.write(start, copy), done));
  }

  /** Calls `done` when all that was written is on the device. */
  flush(done: () => void): void {
    const error = this.#attempt(() => this.#overlay.flush());
    if (!error) return done();
    this.#follow(this.#persist(error, () => this.#overlay.flush(), done));
  }

  /** Resolves when nothing is under way: v86 saves no unfinished read, so a state saved during one would hang. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /**
   * v86's form of a state: arrays, numbers and typed arrays. What is kept elsewhere is not part of it, only which version
   * of it the state belongs to.
   */
  get_state(): unknown[] {
    if (!(this.#overlay instanceof BlockOverlay)) return [this.byteLength, this.#overlay.version];
    const { blocks, written, slabs } = this.#overlay.image();
    return [this.byteLength, blocks, written, slabs];
  }

  /** A state with blocks brings them to a disk that was not written to yet; one without has to find its own. */
  set_state(state: readonly unknown[]): void {
    const [size, version] = state;
    if (size !== this.byteLength) throw corrupt('its disk has another size');
    if (typeof version !== 'number') this.#fill(imageOf(state));
    else if (version !== this.#overlay.version) throw corrupt('the disk has been written to since');
  }

  /** Ends what is under way: nothing is asked for any longer, and nothing delivered. */
  close(): void {
    this.#closed = true;
  }

  #fill(image: OverlayImage): void {
    if (this.#overlay.version !== 0) throw corrupt('its disk has been written to before');
    try {
      this.#overlay.fill(() => writeImage(image, (start, bytes) => this.#overlay.write(start, bytes)));
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw corrupt('what was written to its disk is damaged', cause);
    }
  }

  #follow(flight: Promise<void>): void {
    this.#inFlight.add(flight);
    void flight.finally(() => this.#inFlight.delete(flight));
  }

  /** What went wrong. */
  #attempt(work: () => void): AppError | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      return AppError.from(error);
    }
  }

  /** Does again what has failed until it succeeds; the machine is held meanwhile. */
  async #persist(failure: AppError, work: () => void, done: () => void): Promise<void> {
    for (let error: AppError | undefined = failure; error; error = this.#attempt(work)) {
      this.#held = true;
      await this.#watcher.wait(error);
      if (this.#closed) return;
    }
    done();
    this.#proceed();
  }

  #readNow(start: number, bytes: Uint8Array): boolean {
    if (!this.#overlay.covers(start, bytes.length) && !this.#copyPresent(start, bytes)) return false;
    return this.#attempt(() => this.#overlay.apply(start, bytes)) === undefined;
  }

  /** The machine stays held until the whole read is delivered: a guest that runs again counts the time that has passed. */
  async #readLater(start: number, bytes: Uint8Array, deliver: Deliver): Promise<void> {
    if (!this.#overlay.covers(start, bytes.length) && !(await this.#readBase(start, bytes))) return;
    // The guest may have written since: what it wrote lies over what was fetched.
    const apply = (): void => this.#overlay.apply(start, bytes);
    const error = this.#attempt(apply);
    if (error) return this.#persist(error, apply, () => deliver(bytes));
    deliver(bytes);
    this.#proceed();
  }

  /** False once the disk is closed. */
  async #readBase(start: number, bytes: Uint8Array): Promise<boolean> {
    const last = Math.floor((start + bytes.length - 1) / CHUNK_BYTES);
    for (let index = Math.floor(start / CHUNK_BYTES); index <= last; index++) {
      this.#note(index);
      const chunk = await this.#chunk(index);
      if (!chunk) return false;
      copyChunk(chunk, index, start, bytes);
    }
    return true;
  }

  #proceed(): void {
    if (this.#held) this.#watcher.proceed();
    this.#held = false;
  }

  /** Undefined once the disk is closed. */
  async #chunk(index: number): Promise<Uint8Array | undefined> {
    while (!this.#closed) {
      try {
        const chunk = await this.#watched(this.#base.read(index));
        return this.#closed ? undefined : chunk;
      } catch (error) {
        if (this.#closed) break;
        this.#held = true;
        await this.#watcher.wait(AppError.from(error));
      }
    }
    return undefined;
  }

  /** Holds the machine if `read` takes long. */
  async #watched<T>(read: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#hold(), LATE_SECONDS * 1000);
    try {
      return await read;
    } finally {
      clearTimeout(timer);
    }
  }

  #hold(): void {
    if (this.#closed) return;
    this.#held = true;
    this.#watcher.late(new AppError('source/slow', { seconds: LATE_SECONDS }));
  }

  #copyPresent(start: number, bytes: Uint8Array): boolean {
    const last = Math.floor((start + bytes.length - 1) / CHUNK_BYTES);
    for (let index = Math.floor(start / CHUNK_BYTES); index <= last; index++) {
      const chunk = this.#base.peek(index);
      if (!chunk) return false;
      this.#note(index);
      copyChunk(chunk, index, start, bytes);
    }
    return true;
  }

  #note(index: number): void {
    this.#firstReads.add(index);
    if (index === this.#lastChunk + 1) {
      this.#base.prefetch(Array.from({ length: READ_AHEAD }, (_, i) => index + 1 + i));
    }
    this.#lastChunk = index;
  }
}

/** Copies the part of chunk `index` that lies in the range which begins at `start` and fills `target`. */
function copyChunk(chunk: Uint8Array, index: number, start: number, target: Uint8Array): void {
  const chunkStart = index * CHUNK_BYTES;
  const from = Math.max(start, chunkStart);
  const to = Math.min(start + target.length, chunkStart + chunk.length);
  target.set(chunk.subarray(from - chunkStart, to - chunkStart), from - start);
}

/** @throws AppError `state/corrupt` */
function imageOf([, blocks, written, slabs]: readonly unknown[]): OverlayImage {
  if (isWords(blocks) && isBytes(written) && Array.isArray(slabs) && slabs.every(isBytes)) {
    return { blocks, written, slabs };
  }
  throw corrupt('its disk has another form');
}

function corrupt(detail: string, cause?: unknown): AppError {
  return new AppError('state/corrupt', { detail }, { cause });
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array && value.buffer instanceof ArrayBuffer;
}

function isWords(value: unknown): value is Uint32Array<ArrayBuffer> {
  return value instanceof Uint32Array && value.buffer instanceof ArrayBuffer;
}
