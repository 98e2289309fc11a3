import { beforeEach, describe, expect, it } from 'vitest';
import { DigestSchema, type Descriptor } from '#domain/container/index.ts';
import type { MachineRecord, MachineRecords } from '#ports/machine-records.ts';
import { loadCompression, memoryStorage, type Storage } from '#storage/index.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import * as v from 'valibot';
import { BackupHost } from '../../workers/backup/backup-host.ts';
import { Keeping } from '../../workers/machine/keeping.ts';
import { failureOf } from '../support/failure.ts';
import { MemoryFolders } from '../support/memory-folders.ts';

const digest = v.parse(DigestSchema, `sha256:${'0'.repeat(64)}`);
const manifest: Descriptor = { mediaType: 'm', digest, size: 1 };
const ORIGIN = { id: 'base-1a2b', title: 'Debian „base“', manifest, sources: ['http://a.test/catalog.json'] };
const DISK = { bytes: 16 * 1024 * 1024, base: 'base' };
/** Nothing makes it smaller. */
const STATE = Array.from({ length: 5 }, () => crypto.getRandomValues(new Uint8Array(60_000)));

/** Folders that have only so much room, each. */
class SmallFolders extends MemoryFolders {
  quota = Infinity;

  override open(...args: Parameters<MemoryFolders['open']>): ReturnType<MemoryFolders['open']> {
    if (this.quota < Infinity) this.store(args[0]).quota = this.quota;
    return super.open(...args);
  }
}

/** A browser's storage. */
class Place {
  readonly rows = new Map<string, MachineRecord>();
  readonly folders = new SmallFolders();
  engine: string | undefined;
  readonly records: MachineRecords = {
    list: async () => [...this.rows.values()],
    get: async (id) => this.rows.get(id),
    remove: async (id) => void this.rows.delete(id),
    update: async (id, change) => {
      const after = change(this.rows.get(id));
      this.rows.set(id, after);
      return after;
    },
  };

  get storage(): Storage {
    const files = new FolderMachines(this.folders, loadCompression);
    const engineOf = async (): Promise<string | undefined> => this.engine;
    const earlier = { engineOf, load: async () => new Uint8Array(), remove: async () => undefined };
    return { ...memoryStorage(), machines: { records: this.records, files, earlier } };
  }

  get host(): BackupHost {
    return new BackupHost(async () => this.storage);
  }

  async export(id = ORIGIN.id, shares: number[] = []): Promise<Blob> {
    const pieces: Blob[] = [];
    const take = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => void pieces.push(new Blob([bytes]));
    await this.host.export(id, take, (share) => shares.push(share));
    return new Blob(pieces);
  }
}

let here: Place;
let there: Place;

beforeEach(async () => {
  here = new Place();
  there = new Place();
  const keeping = await Keeping.open(ORIGIN, DISK, here.storage);
  keeping.machine.disk.write(0, new Uint8Array(4096).fill(1));
  const about = { engineVersion: '1', savedAt: 5 };
  await keeping.save({ ...about, kind: 'checkpoint', name: 'one' }, [new Uint8Array(10)]);
  keeping.machine.disk.write(0, new Uint8Array(4096).fill(2));
  await keeping.save({ ...about, kind: 'suspended', name: '' }, STATE);
  await keeping.keepApps([{ port: 8000, name: 'shop', headers: [['X-User', 'ada']] }]);
  keeping.machine.close();
});

describe('a machine that is carried to another place', () => {
  it('is known there as it was here, and is exported there as it came', async () => {
    const shares: number[] = [];
    const file = await here.export(ORIGIN.id, shares);
    expect([shares.at(-1), shares.toSorted((a, b) => a - b)]).toEqual([1, shares]);
    const done: number[] = [];
    expect(await there.host.import(file, (share) => done.push(share))).toBe(ORIGIN.id);
    expect([done.at(-1), done.toSorted((a, b) => a - b)]).toEqual([1, done]);
    const [before, after] = [here.rows.get(ORIGIN.id), there.rows.get(ORIGIN.id)];
    expect(after?.bytes).toBeGreaterThan(300_000);
    expect({ ...after, bytes: 0, usedAt: 0 }).toEqual({ ...before, bytes: 0, usedAt: 0 });
    expect(new Uint8Array(await (await there.export()).arrayBuffer())).toEqual(
      new Uint8Array(await file.arrayBuffer()),
    );
  });

  it('has no network there: a file of somebody else’s must not lead it to their relay', async () => {
    const keeping = await Keeping.open(ORIGIN, DISK, here.storage);
    await keeping.keepRelay('wss://relay.test/');
    keeping.machine.close();
    await there.host.import(await here.export(), () => undefined);
    expect(here.rows.get(ORIGIN.id)?.relay).toBe('wss://relay.test/');
    expect(there.rows.get(ORIGIN.id)?.relay).toBeUndefined();
  });

  it('gets a new id where another one has it', async () => {
    const id = await here.host.import(await here.export(), () => undefined);
    expect(id).toMatch(/^base-[0-9a-f]{4}$/);
    expect([...here.rows.keys()].toSorted()).toEqual([ORIGIN.id, id].toSorted());
  });

  it('leaves nothing where its file is damaged, where it is called off, and where there is no room', async () => {
    const file = await here.export();
    const imported = (from: Blob, signal?: AbortSignal) =>
      failureOf(there.host.import(from, () => undefined, signal ? { signal } : {}));
    expect(await imported(file.slice(0, -1))).toMatchObject({ code: 'backup/truncated' });
    expect(await imported(new Blob(['x']))).toMatchObject({ code: 'backup/foreign' });
    const off = new AbortController();
    const onProgress = (share: number): void => {
      if (share > 0.7) off.abort(new Error('called off'));
    };
    await expect(there.host.import(file, onProgress, { signal: off.signal })).rejects.toThrow('called off');
    expect([there.rows.size, await there.folders.list()]).toEqual([0, []]);
    there.folders.quota = 150_000;
    expect(await imported(file)).toEqual({ code: 'storage/full', data: { what: 'the machine in this file' } });
    expect([there.rows.size, await there.folders.list()]).toEqual([0, []]);
  });

  it('can leave a device that is full', async () => {
    const keeping = await Keeping.open(ORIGIN, DISK, here.storage);
    const store = here.folders.store(`machine-${ORIGIN.id}`);
    store.quota = store.bytes + 3_000_000;
    const written = { block: 0 };
    const fill = (): void => {
      for (;;) {
        keeping.machine.disk.write((written.block + 1) * 4096, new Uint8Array(4096).fill(3));
        written.block++;
      }
    };
    expect(await failureOf(fill)).toMatchObject({ code: 'storage/full' });
    expect(written.block).toBeGreaterThan(5);
    try {
      keeping.machine.close();
    } catch {
      // It may have no room to put itself in order.
    }
    const id = await there.host.import(await here.export(), () => undefined);
    const copy = await there.storage.machines?.files.open(id, DISK);
    expect(copy?.disk.covers(4096, written.block * 4096)).toBe(true);
    copy?.close();
  });

  it('is refused while it is nowhere on the device, or in an earlier form', async () => {
    expect(await failureOf(here.export('never-was'))).toMatchObject({ code: 'backup/not-kept' });
    here.engine = 'earlier';
    expect(await failureOf(here.export())).toMatchObject({ code: 'backup/not-kept' });
  });
});
