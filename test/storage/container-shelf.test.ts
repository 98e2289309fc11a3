import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Descriptor, Digest } from '#domain/container/index.ts';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { MachineRecord } from '#ports/machine-records.ts';
import { AppError } from '#domain/errors/index.ts';
import { ContainerShelf, ContentServer, loadCompression, memoryStorage, type Storage } from '#storage/index.ts';
import type { Content } from '#ports/content-store.ts';
import { MemoryContentStore } from '#storage/index.ts';
import { BlobServer } from '../support/blob-server.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { diskOf, makeContainer, type TinyContainer } from '../support/tiny-container.ts';
import { askContent, bytesOf, errorIn, fetchBody, same, SCOPE } from './support/content-fixture.ts';
import { ListedMirrors, SteppedPacing } from './support/directory.ts';

/** A device with room for so many chunks. */
class SmallStore extends MemoryContentStore {
  room = Infinity;
  #bytes = new Map<Digest, number>();

  override async put(contents: readonly Content[]): Promise<void> {
    const after = new Map([...this.#bytes, ...contents.map(({ digest, bytes }) => [digest, bytes.length] as const)]);
    const used = [...after.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (used > this.room) throw new AppError('storage/full', { what: 'the container' });
    this.#bytes = after;
    await super.put(contents);
  }

  override async remove(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) this.#bytes.delete(digest);
    await super.remove(digests);
  }

  get used(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

const servers: BlobServer[] = [];
let contents: SmallStore;
let machines: Descriptor[];
let storage: Storage;
let shelf: ContainerShelf;
const known = { records: { list: async () => machines.map(machineOf) } };

beforeEach(() => {
  contents = new SmallStore();
  machines = [];
  storage = { ...memoryStorage(), contents };
  shelf = new ContainerShelf({ ...storage, machines: known });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function machineOf(manifest: Descriptor): MachineRecord {
  const kept = { disk: undefined, bytes: 1, suspended: undefined, checkpoints: [] };
  return { id: 'm', title: 'm', manifest, sources: [], createdAt: 1, usedAt: 1, ...kept };
}

interface Kept {
  readonly container: TinyContainer;
  readonly routes: ContentServer;
  readonly digest: Digest;
}

/** A container of which all documents and the chunks of its disk are here. */
async function keep(chunks: readonly number[], version = '1'): Promise<Kept> {
  const kept = await publish(chunks, version);
  await bring(kept, chunks.length);
  return kept;
}

async function publish(chunks: readonly number[], version: string): Promise<Kept> {
  // A snapshot and a kernel that all of them share would make it hard to see what goes.
  const snapshot = noise(1000, chunks[0] ?? 1);
  const container = await makeContainer({ disk: diskOf(chunks), snapshot, config: { version } });
  const server = await BlobServer.start(container.files);
  servers.push(server);
  const directory = new ListedMirrors(server.catalogUrl);
  const routed = { ...storage, machines: known };
  const pacing = new SteppedPacing();
  const parts = { scope: SCOPE, storage: routed, directory, compression: loadCompression, pacing };
  return { container, routes: new ContentServer(parts), digest: container.manifest.digest };
}

async function bring({ container, routes }: Kept, chunks: number): Promise<Response> {
  await askContent(routes, container, 'fetch', fetchBody('documents'));
  return askContent(routes, container, 'fetch', fetchBody('disk', [...Array(chunks).keys()]));
}

/** How many chunks of a container's disk are here. */
async function chunksOf({ container, routes }: Kept): Promise<number> {
  const status = (await (await askContent(routes, container, 'status')).json()) as { known: boolean; parts: object[] };
  if (!status.known) return 0;
  const [, , disk] = status.parts as { map: string }[];
  const map = Buffer.from(disk?.map ?? '', 'base64');
  return map.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}

/** Makes the clock stand where `usedAt` is to be. */
async function useAt(kept: Kept, at: number): Promise<void> {
  await storage.containers.update(kept.digest, (before) => before && { ...before, usedAt: at });
}

describe('the shelf', () => {
  it('says what each container takes, and what removing it would free', async () => {
    const a = await keep([1, 2, 3]);
    await keep([1, 2, 4], '2');
    const rows = await shelf.list();
    expect(rows.map(({ version }) => version)).toEqual(['1', '2']);
    const [first] = rows;
    expect(first?.digest).toBe(a.digest);
    expect(first?.bytes).toBeGreaterThan(3 * CHUNK_BYTES);
    expect(first?.ownBytes).toBeGreaterThan(CHUNK_BYTES);
    expect(first?.ownBytes).toBeLessThan(2 * CHUNK_BYTES);
    expect(first).toMatchObject({ title: 'Tiny', pinned: false, inUse: false });
  });

  it('lets a container go, but for what another needs', async () => {
    const a = await keep([1, 2, 3]);
    const b = await keep([1, 2, 4], '2');
    await shelf.remove(a.digest);
    expect(await chunksOf(a)).toBe(0);
    expect(await chunksOf(b)).toBe(3);
    expect((await shelf.list()).map(({ digest }) => digest)).toEqual([b.digest]);
    await shelf.remove(b.digest);
    expect(contents.used).toBe(0);
    expect(await shelf.records()).toEqual([]);
  });

  it('takes a container up again that was removed while its routes had it open', async () => {
    const a = await keep([1, 2]);
    await shelf.remove(a.digest);
    await bring(a, 2);
    expect(await shelf.list()).toMatchObject([{ digest: a.digest }]);
    await shelf.remove(a.digest);
    expect(contents.used).toBe(0);
  });

  it('keeps what a suspended machine needs', async () => {
    const a = await keep([1, 2]);
    machines = [a.container.manifest];
    expect(await shelf.list()).toMatchObject([{ inUse: true }]);
    expect(await failureOf(shelf.remove(a.digest))).toEqual({ code: 'container/in-use', data: { title: 'Tiny' } });
    expect(await shelf.makeRoom(1, [])).toBe(false);
    expect(await chunksOf(a)).toBe(2);
  });

  it('remembers what it is told, and who had a container', async () => {
    const a = await keep([1]);
    await shelf.pin(a.digest, true);
    await shelf.setDownload(a.digest, 'paused');
    const [record] = await shelf.records();
    expect(record).toMatchObject({ pinned: true, download: 'paused', version: '1', mirrors: [] });
    const from = 'http://a.test/catalog.json';
    await askContent(a.routes, a.container, `manifest?from=${encodeURIComponent(from)}`);
    expect(await shelf.records()).toMatchObject([{ mirrors: [from], pinned: true }]);
  });

  it('trusts the very bytes that the user trusts, until they say otherwise or the container goes', async () => {
    const [a, newer] = [await keep([1, 2]), await keep([1, 3], '2')];
    await shelf.trust(a.digest, true);
    expect([await shelf.isTrusted(a.digest), await shelf.isTrusted(newer.digest)]).toEqual([true, false]);
    // Evicted, it can still be found to be trusted no longer.
    await shelf.makeRoom(1, [newer.digest]);
    expect((await shelf.list()).map(({ digest, trusted }) => [digest, trusted])).toContainEqual([a.digest, true]);
    await shelf.trust(a.digest, false);
    expect(await shelf.isTrusted(a.digest)).toBe(false);
    await shelf.trust(newer.digest, true);
    await shelf.remove(newer.digest);
    expect(await shelf.isTrusted(newer.digest)).toBe(false);
    expect(await failureOf(shelf.trust(newer.digest, true))).toMatchObject({ code: 'container/unavailable' });
  });

  it('knows nothing of what was never here', async () => {
    const a = await publish([1], '1');
    await shelf.pin(a.digest, true);
    await shelf.remove(a.digest);
    expect(await shelf.list()).toEqual([]);
  });
});

describe('a device without room', () => {
  it('lets go of what was not used for longest, and takes the new', async () => {
    const [old, older] = [await keep([1, 2, 3]), await keep([4, 5, 6], '2')];
    await useAt(old, 2);
    await useAt(older, 1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    contents.room = contents.used + CHUNK_BYTES;
    const fresh = await keep([7, 8, 9], '3');
    expect(await chunksOf(fresh)).toBe(3);
    expect(await chunksOf(old)).toBe(3);
    expect(await chunksOf(older)).toBe(0);
    expect(await shelf.records()).toHaveLength(3);
  });

  it('never lets go of what is pinned, needed by a machine or being read: it says that it is full, and keeps all', async () => {
    const [pinned, running] = [await keep([1, 2, 3]), await keep([4, 5, 6], '2')];
    await shelf.pin(pinned.digest, true);
    machines = [running.container.manifest];
    contents.room = contents.used + 2 * CHUNK_BYTES;
    const fresh = await publish([7, 8, 9], '3');
    expect(await errorIn(await bring(fresh, 3))).toMatchObject({ code: 'storage/full', status: 507 });
    expect(await chunksOf(pinned)).toBe(3);
    expect(await chunksOf(running)).toBe(3);
    const disk = await bytesOf(await askContent(fresh.routes, fresh.container, 'disk'));
    expect(same(disk, fresh.container.disk.content)).toBe(true);
  });

  it('does not forget a download because nothing of it was there to let go', async () => {
    const [wished, old] = [await keep([1]), await keep([2, 3], '2')];
    await shelf.setDownload(wished.digest, 'running');
    await useAt(wished, 1);
    await useAt(old, 2);
    expect(await shelf.makeRoom(3 * CHUNK_BYTES, [])).toBe(true);
    expect(await shelf.records()).toMatchObject([{ download: 'running' }, {}]);
    expect(await shelf.makeRoom(1, [])).toBe(false);
  });
});
