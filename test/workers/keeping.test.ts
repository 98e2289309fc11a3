import { beforeEach, describe, expect, it } from 'vitest';
import { DigestSchema, type Descriptor } from '#domain/container/index.ts';
import { CookieJar } from '#domain/http/index.ts';
import type { EarlierStates, MachineRecord, MachineRecords } from '#ports/machine-records.ts';
import { loadCompression, memoryStorage, type Storage } from '#storage/index.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import * as v from 'valibot';
import { Keeping } from '../../workers/machine/keeping.ts';
import { failureOf } from '../support/failure.ts';
import { MemoryFolders } from '../support/memory-folders.ts';

const digest = v.parse(DigestSchema, `sha256:${'0'.repeat(64)}`);
const manifest: Descriptor = { mediaType: 'm', digest, size: 1 };
const ORIGIN = { id: 'm', title: 'M', manifest, sources: ['http://a.test/catalog.json'] };
const DISK = { bytes: 16 * 1024 * 1024, base: 'base' };
const STATE = [new Uint8Array(1000).fill(1)];

class Records implements MachineRecords {
  readonly rows = new Map<string, MachineRecord>();
  list = async () => [...this.rows.values()];
  get = async (id: string) => this.rows.get(id);
  remove = async (id: string) => void this.rows.delete(id);

  async update(id: string, change: (before: MachineRecord | undefined) => MachineRecord): Promise<MachineRecord> {
    const after = change(this.rows.get(id));
    this.rows.set(id, after);
    return after;
  }
}

/** A state that an earlier version kept. */
class Earlier implements EarlierStates {
  engine: string | undefined = 'earlier';
  engineOf = async () => this.engine;
  load = async () => new Uint8Array(3);
  remove = async () => void (this.engine = undefined);
}

let records: Records;
let earlier: Earlier;
let storage: Storage;
let folders: MemoryFolders;

const open = (): Promise<Keeping> => Keeping.open(ORIGIN, DISK, storage);
const record = (): MachineRecord | undefined => records.rows.get('m');
const save = (keeping: Keeping, kind: 'suspended' | 'checkpoint', savedAt: number) =>
  keeping.save({ kind, name: kind === 'checkpoint' ? `at ${savedAt}` : '', engineVersion: '1', savedAt }, STATE);

beforeEach(() => {
  records = new Records();
  earlier = new Earlier();
  folders = new MemoryFolders();
  const files = new FolderMachines(folders, loadCompression);
  storage = { ...memoryStorage(), machines: { records, files, earlier } };
});

describe('what a machine keeps', () => {
  it('has its servers’ cookies among it, until it is started over', async () => {
    const first = await open();
    first.machine.disk.write(0, new Uint8Array(512).fill(1));
    const jar = new CookieJar();
    jar.store(['user=ada'], { host: 'apps.here', target: '/', secure: true, now: Date.now() });
    await first.keepCookies(jar.toJSON());
    first.machine.close();
    const second = await open();
    expect(await second.cookies()).toEqual(jar.toJSON());
    second.machine.close();
    await storage.machines?.files.remove('m');
    expect(await (await open()).cookies()).toBeUndefined();
  });

  it('has the relay that its user has set, until that is turned off', async () => {
    const first = await open();
    expect(await first.relay()).toBeUndefined();
    await first.keepRelay('wss://relay.test/');
    await save(first, 'suspended', 5);
    first.machine.close();
    const second = await open();
    expect(await second.relay()).toBe('wss://relay.test/');
    await second.keepRelay(undefined);
    expect(await second.relay()).toBeUndefined();
  });

  it('is known on the device from its first opening on', async () => {
    await open();
    expect(record()).toMatchObject({ ...ORIGIN, disk: DISK, suspended: undefined, checkpoints: [] });
    expect(record()?.createdAt).toBeGreaterThan(0);
  });

  it('is told to others as suspended until it runs again', async () => {
    const first = await open();
    await save(first, 'suspended', 5);
    first.machine.close();
    expect(record()?.suspended?.savedAt).toBe(5);
    const second = await open();
    expect(record()?.suspended?.savedAt).toBe(5);
    await second.started();
    expect(record()?.suspended).toBeUndefined();
  });

  it('stays suspended when a checkpoint is made or forgotten', async () => {
    const first = await open();
    const checkpoint = await save(first, 'checkpoint', 1);
    await save(first, 'suspended', 5);
    first.machine.close();
    const second = await open();
    expect(record()?.checkpoints.map(({ name }) => name)).toEqual(['at 1']);
    await second.forget(checkpoint.id);
    expect(record()).toMatchObject({ suspended: { savedAt: 5 }, checkpoints: [] });
  });

  it('is suspended no more when its disk was written to after a crash', async () => {
    const first = await open();
    await save(first, 'suspended', 5);
    first.machine.disk.write(0, new Uint8Array(4096).fill(1));
    first.machine.close();
    await open();
    expect(record()?.suspended).toBeUndefined();
  });

  it('has the state of an earlier version while its disk is untouched', async () => {
    const first = await open();
    expect(await first.earlierEngine()).toBe('earlier');
    first.machine.disk.write(0, new Uint8Array(4096).fill(1));
    expect(await first.earlierEngine()).toBeUndefined();
    expect(earlier.engine).toBeUndefined();
  });

  it('is gone when it is let go', async () => {
    await (await open()).discard();
    expect([record(), await folders.list()]).toEqual([undefined, []]);
  });

  it('is nothing where the browser keeps nothing', async () => {
    storage = memoryStorage();
    expect(await failureOf(open())).toMatchObject({ code: 'storage/unavailable' });
  });
});
