import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeptMachine } from '#ports/kept-machines.ts';
import type { Overlay } from '#ports/overlay.ts';
import { loadCompression } from '#storage/index.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import { KEPT_MACHINES_CASES } from '../contract/kept-machines.ts';
import type { FaultyStore } from '../domain/support/faulty-store.ts';
import { failureOf } from '../support/failure.ts';
import { MemoryFolders } from '../support/memory-folders.ts';

describe('machines in folders in memory', () => {
  for (const [name, check] of Object.entries(KEPT_MACHINES_CASES)) {
    it(name, () => check(new FolderMachines(new MemoryFolders(), loadCompression)));
  }
});

describe('a disk that is kept', () => {
  const DISK = { bytes: 16 * 1024 * 1024, base: '' };
  const block = (fill: number): Uint8Array => new Uint8Array(4096).fill(fill);
  let files: FaultyStore;
  let machine: KeptMachine;
  let disk: Overlay;

  /** What a process finds after the one before has lost all that was not flushed. */
  async function afterPowerCut(): Promise<number> {
    const left = files.clone();
    left.crash('nothing');
    const folders = new MemoryFolders(new Map([['machine-a', left]]));
    const bytes = new Uint8Array(4096);
    (await new FolderMachines(folders, loadCompression).open('a', DISK)).disk.apply(0, bytes);
    return bytes[0] ?? -1;
  }

  beforeEach(async () => {
    vi.useFakeTimers();
    const folders = new MemoryFolders();
    files = folders.store('machine-a');
    machine = await new FolderMachines(folders, loadCompression).open('a', DISK);
    ({ disk } = machine);
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
    const before = machine.bytes;
    expect(before).toBeGreaterThan(15 * 1024 * 1024);
    await vi.advanceTimersByTimeAsync(3000);
    expect(machine.bytes).toBeLessThan(3 * 1024 * 1024);
  });

  it('does nothing any more once it is closed', () => {
    disk.write(0, block(1));
    machine.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
