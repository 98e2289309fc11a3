import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import { BlockOverlay } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { OverlayDisk, type DiskWatcher } from '#engines/v86/disk.ts';
import type { Overlay } from '#ports/overlay.ts';
import { failureOf } from '../support/failure.ts';
import { ChunkSource, settle } from './support/chunk-source.ts';

/** A watcher whose waits end when the test says so. */
class Watcher implements DiskWatcher {
  readonly errors: AppError[] = [];
  proceeded = 0;
  #goOn: () => void = () => undefined;

  late(error: AppError): void {
    this.errors.push(error);
  }

  wait(error: AppError): Promise<void> {
    this.errors.push(error);
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  proceed(): void {
    this.proceeded++;
  }

  async retry(): Promise<void> {
    this.#goOn();
    await settle();
  }
}

/** What was written, kept elsewhere; fails while the test says so. */
class KeptElsewhere implements Overlay {
  failure: AppError | undefined;
  flushes = 0;
  readonly #blocks = new BlockOverlay();

  get version(): number {
    return this.#blocks.version;
  }

  covers(start: number, length: number): boolean {
    return this.#blocks.covers(start, length);
  }

  apply(start: number, target: Uint8Array): void {
    if (this.failure) throw this.failure;
    this.#blocks.apply(start, target);
  }

  write(start: number, bytes: Uint8Array): void {
    if (this.failure) throw this.failure;
    this.#blocks.write(start, bytes);
  }

  flush(): void {
    if (this.failure) throw this.failure;
    this.flushes++;
  }

  fill(write: () => void): void {
    write();
  }
}

let source: ChunkSource;
let watcher: Watcher;
let disk: OverlayDisk;

/** Reads, and tells what came so far. */
function read(start: number, length: number): { bytes: Uint8Array | undefined } {
  const result: { bytes: Uint8Array | undefined } = { bytes: undefined };
  disk.get(start, length, (bytes) => (result.bytes = bytes));
  return result;
}

const base = (start: number, length: number): Uint8Array => source.content.slice(start, start + length);
const sector = (fill: number): Uint8Array => new Uint8Array(512).fill(fill);

beforeEach(() => {
  source = new ChunkSource(8);
  watcher = new Watcher();
  disk = new OverlayDisk(source, watcher);
});

afterEach(() => void vi.useRealTimers());

describe('a guest’s disk', () => {
  it('is as long as what it reads from', () => {
    expect(disk.byteLength).toBe(8 * CHUNK_BYTES);
  });

  it('answers at once what is at hand', () => {
    source.present.add(0);
    expect(read(1024, 2048).bytes).toEqual(base(1024, 2048));
    expect(source.asked).toEqual([]);
  });

  it('answers when the chunk is there, and not before', async () => {
    const reading = read(512, 512);
    await settle();
    expect(reading.bytes).toBeUndefined();
    await source.answer();
    expect(reading.bytes).toEqual(base(512, 512));
  });

  it('reads across chunks', async () => {
    source.present.add(1);
    const start = CHUNK_BYTES - 1024;
    const reading = read(start, CHUNK_BYTES + 4096);
    for (const index of [0, 1, 2]) {
      expect(source.asked.at(-1)).toBe(index);
      await source.answer();
    }
    expect(Buffer.compare(reading.bytes ?? new Uint8Array(), base(start, CHUNK_BYTES + 4096))).toBe(0);
  });

  it('answers what was written without its base', () => {
    disk.set(4096, new Uint8Array(8192).fill(5), () => undefined);
    expect(read(4096, 8192).bytes).toEqual(new Uint8Array(8192).fill(5));
    disk.set(512, sector(6), () => undefined);
    expect(read(512, 512).bytes).toEqual(sector(6));
    expect(source.asked).toEqual([]);
  });

  it('lays what was written over its base', () => {
    source.present.add(0);
    disk.set(512, sector(9), () => undefined);
    const expected = base(0, 2048);
    expected.set(sector(9), 512);
    expect(read(0, 2048).bytes).toEqual(expected);
  });

  it('lays also over a late chunk what was written meanwhile', async () => {
    const reading = read(0, 1024);
    disk.set(0, sector(7), () => undefined);
    await source.answer();
    const expected = base(0, 1024);
    expected.set(sector(7));
    expect(reading.bytes).toEqual(expected);
  });

  it('says that a write is done', () => {
    let done = false;
    disk.set(0, sector(1), () => (done = true));
    expect(done).toBe(true);
  });

  it('keeps the first sector for v86, which looks at it when it cannot wait', () => {
    source.present.add(0);
    expect(disk.get_from_cache(0, 512)).toBeUndefined();
    disk.get_and_cache(0, 512, () => undefined);
    expect(disk.get_from_cache(0, 512)).toEqual(base(0, 512));
    expect(disk.get_from_cache(512, 512)).toBeUndefined();
    expect(disk.get_from_cache(0, 1024)).toBeUndefined();
  });
});

describe('a chunk that cannot be had', () => {
  it('is waited for and asked again until it is there; the guest sees no error', async () => {
    const reading = read(0, 512);
    for (let times = 1; times <= 3; times++) {
      await source.refuse();
      expect(watcher.errors.map(({ code }) => code)).toEqual(Array.from({ length: times }, () => 'source/unreachable'));
      expect(reading.bytes).toBeUndefined();
      await watcher.retry();
    }
    expect(watcher.proceeded).toBe(0);
    await source.answer();
    expect(reading.bytes).toEqual(base(0, 512));
    expect(watcher.proceeded).toBe(1);
  });

  it('holds the machine until all of a read is delivered, not only that chunk of it', async () => {
    const reading = read(CHUNK_BYTES - 512, 1024);
    await source.refuse();
    await watcher.retry();
    await source.answer();
    expect([watcher.proceeded, reading.bytes]).toEqual([0, undefined]);
    await source.answer();
    expect([watcher.proceeded, reading.bytes]).toEqual([1, base(CHUNK_BYTES - 512, 1024)]);
  });

  it('holds the machine when it is late, before the guest takes its disk for broken', async () => {
    vi.useFakeTimers();
    const reading = read(0, 512);
    await vi.advanceTimersByTimeAsync(9000);
    expect(watcher.errors).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(watcher.errors.map((error) => error.toRecord())).toEqual([{ code: 'source/slow', data: { seconds: 10 } }]);
    await source.answer();
    expect([watcher.proceeded, reading.bytes]).toEqual([1, base(0, 512)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not also late when it was refused and is waited for', async () => {
    vi.useFakeTimers();
    read(0, 512);
    await source.refuse();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(watcher.errors.map(({ code }) => code)).toEqual(['source/unreachable']);
  });

  it('holds no machine when it is in time', async () => {
    vi.useFakeTimers();
    read(0, 512);
    await source.answer();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([watcher.errors, watcher.proceeded]).toEqual([[], 0]);
  });

  it('is nobody’s concern once the machine has ended', async () => {
    const reading = read(0, 512);
    await source.refuse();
    disk.close();
    await watcher.retry();
    expect(source.asked).toEqual([0]);
    expect(reading.bytes).toBeUndefined();
  });

  it('that comes after the machine’s end is not delivered', async () => {
    const reading = read(0, 512);
    disk.close();
    await source.answer();
    expect(reading.bytes).toBeUndefined();
  });
});

describe('reads that are under way', () => {
  it('are waited for before a state is saved', async () => {
    read(0, 512);
    read(3 * CHUNK_BYTES, 512);
    let settled = false;
    const all = disk.settled().then(() => (settled = true));
    await source.answer();
    expect(settled).toBe(false);
    await source.answer();
    await all;
    expect(settled).toBe(true);
  });

  it('are none at first', async () => {
    await disk.settled();
  });
});

describe('the trace', () => {
  it('is the chunks in the order in which they were first read, by whichever way', async () => {
    source.present.add(5);
    read(5 * CHUNK_BYTES, 512);
    read(2 * CHUNK_BYTES, 512);
    await source.answer();
    read(5 * CHUNK_BYTES, 512);
    disk.set(7 * CHUNK_BYTES, new Uint8Array(4096), () => undefined);
    read(7 * CHUNK_BYTES, 4096);
    expect(disk.trace).toEqual([5, 2]);
  });

  it('is followed ahead of a reader that reads in order', async () => {
    for (const index of [3, 4]) {
      read(index * CHUNK_BYTES, 512);
      await source.answer();
    }
    expect(source.prefetched).toEqual([5, 6, 7, 8]);
  });
});

describe('a saved disk', () => {
  it('holds what was written, and nothing of its base', () => {
    disk.set(512, sector(3), () => undefined);
    disk.set(5 * CHUNK_BYTES, new Uint8Array(4096).fill(4), () => undefined);
    const state = structuredClone(disk.get_state());
    const restored = new OverlayDisk(source, watcher);
    restored.set_state(state);
    disk = restored;
    expect(read(512, 512).bytes).toEqual(sector(3));
    expect(read(5 * CHUNK_BYTES, 4096).bytes).toEqual(new Uint8Array(4096).fill(4));
    source.present.add(0);
    expect(read(1024, 512).bytes).toEqual(base(1024, 512));
  });

  it.each<[string, (state: unknown[]) => unknown[]]>([
    ['of another size', ([size, ...rest]) => [Number(size) + CHUNK_BYTES, ...rest]],
    ['that is empty', () => []],
    ['without its blocks', ([size, , ...rest]) => [size, undefined, ...rest]],
    ['whose blocks are bytes', ([size, , ...rest]) => [size, new Uint8Array(1), ...rest]],
    ['whose marks are a list', ([size, blocks, , slabs]) => [size, blocks, [1], slabs]],
    ['whose slabs are none', ([size, blocks, written]) => [size, blocks, written, []]],
    ['whose slabs are strings', ([size, blocks, written]) => [size, blocks, written, ['x']]],
  ])('%s is refused', async (_, damage) => {
    disk.set(512, sector(3), () => undefined);
    const state = damage(disk.get_state());
    expect(await failureOf(() => new OverlayDisk(source, watcher).set_state(state))).toMatchObject({
      code: 'state/corrupt',
    });
  });
});

describe('a disk that is kept elsewhere', () => {
  const full = new AppError('storage/full', { what: 'the test' });
  let overlay: KeptElsewhere;

  beforeEach(() => {
    overlay = new KeptElsewhere();
    disk = new OverlayDisk(source, watcher, overlay);
  });

  it('holds a write that finds no room, and ends it when there is some', async () => {
    overlay.failure = full;
    const bytes = sector(3);
    const done = vi.fn();
    disk.set(512, bytes, done);
    // v86 uses the memory for something else meanwhile.
    bytes.fill(9);
    await settle();
    expect([done.mock.calls.length, watcher.errors]).toEqual([0, [full]]);
    await watcher.retry();
    expect([done.mock.calls.length, watcher.errors.length, watcher.proceeded]).toEqual([0, 2, 0]);
    overlay.failure = undefined;
    await watcher.retry();
    expect([done.mock.calls.length, watcher.proceeded]).toEqual([1, 1]);
    expect(read(512, 512).bytes).toEqual(sector(3));
  });

  it('ends a flush at once, or when it has succeeded', async () => {
    const done = vi.fn();
    disk.flush(done);
    expect([done.mock.calls.length, overlay.flushes]).toEqual([1, 1]);
    overlay.failure = full;
    disk.flush(done);
    await settle();
    expect([done.mock.calls.length, watcher.errors]).toEqual([1, [full]]);
    overlay.failure = undefined;
    await watcher.retry();
    expect([done.mock.calls.length, overlay.flushes, watcher.proceeded]).toEqual([2, 2, 1]);
  });

  it('holds a read of what cannot be read, and asks its base for nothing', async () => {
    disk.set(0, new Uint8Array(4096).fill(5), () => undefined);
    overlay.failure = new AppError('storage/damaged', { detail: 'the test' });
    const reading = read(0, 4096);
    await settle();
    expect([reading.bytes, source.asked, watcher.errors.length]).toEqual([undefined, [], 1]);
    overlay.failure = undefined;
    await watcher.retry();
    expect(reading.bytes).toEqual(new Uint8Array(4096).fill(5));
  });

  it('is settled only when what waits is done', async () => {
    overlay.failure = full;
    disk.set(0, sector(1), () => undefined);
    const settled = vi.fn();
    void disk.settled().then(settled);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    overlay.failure = undefined;
    await watcher.retry();
    expect(settled).toHaveBeenCalled();
  });

  it('saves nothing of it but its version, and finds itself by that', async () => {
    disk.set(512, sector(3), () => undefined);
    const state = structuredClone(disk.get_state());
    expect(state).toEqual([disk.byteLength, overlay.version]);
    new OverlayDisk(source, watcher, overlay).set_state(state);
    disk.set(512, sector(4), () => undefined);
    const failure = await failureOf(() => new OverlayDisk(source, watcher, overlay).set_state(state));
    expect(failure).toMatchObject({ code: 'state/corrupt' });
  });

  it('takes over the blocks of a state that has some, if it is untouched', async () => {
    const other = new OverlayDisk(source, watcher);
    for (const block of [3, 4, 5, 9]) other.set(block * 4096, new Uint8Array(4096).fill(block), () => undefined);
    other.set(512, sector(7), () => undefined);
    const state = structuredClone(other.get_state());
    disk.set_state(state);
    expect(read(3 * 4096, 4096).bytes).toEqual(new Uint8Array(4096).fill(3));
    expect(read(9 * 4096, 4096).bytes).toEqual(new Uint8Array(4096).fill(9));
    expect(read(512, 512).bytes).toEqual(sector(7));
    expect(overlay.covers(0, 512)).toBe(false);
    expect(await failureOf(() => disk.set_state(state))).toMatchObject({ code: 'state/corrupt' });
  });
});
