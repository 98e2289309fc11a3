import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FolderOverlayStore } from '#storage/overlays/folder-overlay-store.ts';
import type { KeptOverlay } from '#ports/overlay.ts';
import { OVERLAY_STORE_CASES } from '../contract/overlay-store.ts';
import type { FaultyStore } from '../domain/support/faulty-store.ts';
import { failureOf } from '../support/failure.ts';
import { MemoryFolders } from '../support/memory-folders.ts';

describe('a store of disks in folders in memory', () => {
  for (const [name, check] of Object.entries(OVERLAY_STORE_CASES)) {
    it(name, () => check(new FolderOverlayStore(new MemoryFolders())));
  }
});

describe('a disk that is kept', () => {
  const DISK = { bytes: 16 * 1024 * 1024, base: '' };
  const block = (fill: number): Uint8Array => new Uint8Array(4096).fill(fill);
  let files: FaultyStore;
  let store: FolderOverlayStore;
  let disk: KeptOverlay;

  /** What a process finds after the one before has lost all that was not flushed. */
  async function afterPowerCut(): Promise<number> {
    const left = files.clone();
    left.crash('nothing');
    const folders = new MemoryFolders(new Map([['machine-a', left]]));
    const bytes = new Uint8Array(4096);
    (await new FolderOverlayStore(folders).open('a', DISK)).apply(0, bytes);
    return bytes[0] ?? -1;
  }

  beforeEach(async () => {
    vi.useFakeTimers();
    const folders = new MemoryFolders();
    files = folders.store('machine-a');
    store = new FolderOverlayStore(folders);
    disk = await store.open('a', DISK);
  });

  afterEach(() => void vi.useRealTimers());

  it('is on the device 50 ms after a write', async () => {
    disk.write(0, block(1));
    expect(await afterPowerCut()).toBe(0);
    await vi.advanceTimersByTimeAsync(50);
    expect(await afterPowerCut()).toBe(1);
  });

  it('is on the device that often while a guest goes on writing', async () => {
    for (let i = 1; i <= 20; i++) {
      disk.write(0, block(i));
      await vi.advanceTimersByTimeAsync(10);
      expect(await afterPowerCut()).toBeGreaterThan(i - 5);
    }
  });

  it('is on the device at once when it is asked to be', async () => {
    disk.write(0, block(1));
    disk.flush();
    expect(await afterPowerCut()).toBe(1);
  });

  it('tries again when the device fails, and tells who asks', async () => {
    disk.write(0, block(1));
    files.flushFailures = 1;
    await vi.advanceTimersByTimeAsync(100);
    expect(await failureOf(() => disk.flush())).toMatchObject({ code: 'storage/unavailable' });
    files.flushFailures = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(await afterPowerCut()).toBe(1);
  });

  it('is compacted when nothing was written for a while', async () => {
    for (let i = 0; i < 200; i++) {
      disk.write(0, new Uint8Array(32 * 4096).fill(i + 1));
      disk.flush();
    }
    const before = disk.bytes;
    expect(before).toBeGreaterThan(15 * 1024 * 1024);
    await vi.advanceTimersByTimeAsync(3000);
    expect(disk.bytes).toBeLessThan(3 * 1024 * 1024);
  });

  it('does nothing any more once it is closed', () => {
    disk.write(0, block(1));
    disk.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
