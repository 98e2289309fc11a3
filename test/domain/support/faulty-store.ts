import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { Random } from './random.ts';

/** What a device writes at once or not at all, and what it may damage when it fails in the middle of a write. */
const SECTOR = 512;
const PAGE = 4096;

/** The end of the process. */
export class Crash extends Error {}

/** What has not been flushed: bytes at a place, or the end of the file. */
type Change = { readonly at: number; readonly bytes: Uint8Array } | { readonly end: number };

/** How much of what was not flushed a crash leaves. */
type Survival = (typeof SURVIVALS)[number];
/** Everything; nothing; what came first; some changes whole, in any order; any sectors, and pages that hold anything. */
const SURVIVALS = ['all', 'nothing', 'beginning', 'some', 'any'] as const;

/** Files whose unflushed writes may be lost, torn or reordered by a crash, and which fail when told to. */
export class FaultyStore {
  readonly random: Random;
  readonly #files = new Map<string, FaultyFile>();
  /** Operations that are left until the process ends. */
  operationsLeft = Infinity;
  /** Bytes that all files may take. */
  quota = Infinity;
  /** How likely a write fails, though some or all of it is done, … */
  writeFailures = 0;
  /** … and a flush, which then forgets what it should have written. */
  flushFailures = 0;

  constructor(random: Random) {
    this.random = random;
  }

  get bytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.size, 0);
  }

  /** Bytes by which files may grow. */
  get room(): number {
    return Math.max(0, this.quota - this.bytes);
  }

  file(name: string): FaultyFile {
    const file = this.#files.get(name) ?? new FaultyFile(this);
    this.#files.set(name, file);
    return file;
  }

  list(): { name: string; bytes: number }[] {
    return [...this.#files].map(([name, { size }]) => ({ name, bytes: size }));
  }

  remove(name: string): void {
    if (this.step()) throw new Crash();
    this.#files.delete(name);
  }

  /** Counts an operation. @returns true when the process ends in the middle of it */
  step(): boolean {
    if (this.operationsLeft < 0) throw new Crash();
    return this.operationsLeft-- <= 0;
  }

  /** The process ends; what the next one finds is left to chance where it is not said. */
  crash(survival?: Survival): void {
    const most = this.random.of(...SURVIVALS);
    for (const file of this.#files.values()) {
      // Files know nothing of each other.
      file.crash(survival ?? (this.random.chance(0.7) ? most : this.random.of(...SURVIVALS)));
    }
    this.operationsLeft = Infinity;
  }

  /** A copy of the files, which never fails. */
  clone(): FaultyStore {
    const copy = new FaultyStore(this.random);
    for (const [name, file] of this.#files) copy.file(name).take(file);
    return copy;
  }
}

class FaultyFile implements SyncFile {
  /** Called when it is closed. */
  closed: () => void = () => undefined;
  readonly #store: FaultyStore;
  /** What is on the device, and what a process sees. */
  #device = new Content();
  #seen = new Content();
  #changes: Change[] = [];

  constructor(store: FaultyStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** Becomes what `other` is. */
  take(other: FaultyFile): void {
    this.#device = other.#device.copy();
    this.#seen = other.#seen.copy();
    this.#changes = [...other.#changes];
  }

  read(at: number, into: Uint8Array): number {
    return this.#seen.read(at, into);
  }

  write(at: number, bytes: Uint8Array): void {
    const crashes = this.#store.step();
    const { random, writeFailures, room } = this.#store;
    const fits = at + bytes.length <= this.size + room;
    const most = fits ? bytes.length : Math.max(0, this.size + room - at);
    const fails = !fits || random.chance(writeFailures);
    const written = fails && random.chance(0.5) ? random.below(most + 1) : most;
    if (written > 0) this.#change({ at, bytes: bytes.slice(0, written) });
    if (crashes) throw new Crash();
    if (!fits) throw new AppError('storage/full', { what: 'the test' });
    if (fails) throw new AppError('storage/unavailable', { detail: 'the test' });
  }

  truncate(end: number): void {
    const crashes = this.#store.step();
    this.#change({ end });
    if (crashes) throw new Crash();
  }

  flush(): void {
    if (this.#store.step()) throw new Crash();
    const { random, flushFailures } = this.#store;
    const fails = random.chance(flushFailures);
    // When it fails, the device has some of it, and the system takes it for all.
    this.#write(this.#changes, () => !fails || random.chance(0.5));
    this.#changes = [];
    if (fails) throw new AppError('storage/unavailable', { detail: 'the test' });
  }

  close(): void {
    this.#store.step();
    this.closed();
  }

  crash(survival: Survival): void {
    const { random } = this.#store;
    const share = random.next();
    if (survival === 'all') this.#write(this.#changes, () => true);
    if (survival === 'beginning')
      this.#write(this.#changes.slice(0, random.below(this.#changes.length + 1)), () => true);
    if (survival === 'some')
      this.#write(
        this.#changes.filter(() => random.chance(0.7)),
        () => true,
      );
    if (survival === 'any') this.#write(this.#changes, () => random.chance(share));
    if (survival === 'any') this.#damage();
    this.#seen = this.#device.copy();
    this.#changes = [];
  }

  #change(change: Change): void {
    this.#changes.push(change);
    apply(this.#seen, change);
  }

  /** Brings those sectors of changes to the device that `survives` picks. */
  #write(changes: readonly Change[], survives: () => boolean): void {
    for (const change of changes) {
      if ('end' in change) apply(this.#device, change);
      else for (const part of sectorsOf(change)) if (survives()) apply(this.#device, part);
    }
  }

  /** A page that was being written holds anything. */
  #damage(): void {
    const { random } = this.#store;
    for (const change of this.#changes) {
      if ('end' in change || change.bytes.length === 0 || !random.chance(0.1)) continue;
      const page = Math.floor((change.at + random.below(change.bytes.length)) / PAGE) * PAGE;
      const bytes = Uint8Array.from({ length: Math.min(PAGE, this.#device.size - page) }, () => random.below(256));
      if (page < this.#device.size) this.#device.write(page, bytes);
    }
  }
}

/** Bytes that can grow. */
class Content {
  size = 0;
  #bytes = new Uint8Array(PAGE);

  read(at: number, into: Uint8Array): number {
    const bytes = this.#bytes.subarray(Math.min(at, this.size), Math.min(at + into.length, this.size));
    into.set(bytes);
    return bytes.length;
  }

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, at);
    this.size = Math.max(this.size, end);
  }

  truncate(end: number): void {
    if (end < this.size) this.#bytes.fill(0, end, this.size);
    this.size = Math.min(this.size, end);
  }

  copy(): Content {
    const copy = new Content();
    copy.#bytes = this.#bytes.slice(0, Math.max(this.size, PAGE));
    copy.size = this.size;
    return copy;
  }
}

function apply(content: Content, change: Change): void {
  if ('end' in change) content.truncate(change.end);
  else content.write(change.at, change.bytes);
}

function* sectorsOf({ at, bytes }: { at: number; bytes: Uint8Array }): Generator<{ at: number; bytes: Uint8Array }> {
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR));
    yield { at: at + from, bytes: bytes.subarray(from, to) };
    from = to;
  }
}
