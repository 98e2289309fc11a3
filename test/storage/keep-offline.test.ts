import { afterEach, describe, expect, it } from 'vitest';
import type { ContentStore } from '#ports/content-store.ts';
import type { TransferProgress } from '#ports/progress.ts';
import {
  BlobReader,
  keepOffline,
  loadCompression,
  MemoryContentStore,
  RemoteContainer,
  shareHere,
} from '#storage/index.ts';
import { BlobServer } from '../support/blob-server.ts';
import { failureOf } from '../support/failure.ts';
import { FullStore, WatchedStore } from '../support/memory-stores.ts';
import { diskOf, makeContainer, noise, type TinyContainer } from '../support/tiny-container.ts';

let server: BlobServer;
let container: TinyContainer;

async function publish(disk: Uint8Array<ArrayBuffer>): Promise<void> {
  container = await makeContainer({ disk });
  server = await BlobServer.start(container.files);
}

function open(store: ContentStore): Promise<RemoteContainer> {
  const blobs = new BlobReader(server.catalogUrl, store, () => undefined);
  return RemoteContainer.open(container.manifest, blobs, loadCompression);
}

/** Keeps the container and tells how it went. */
async function keep(store: ContentStore, signal?: AbortSignal): Promise<TransferProgress[]> {
  const steps: TransferProgress[] = [];
  await keepOffline(await open(store), store, { signal, onProgress: (progress) => steps.push(progress) });
  return steps;
}

/** Reads all that a boot may read. */
async function readAll(store: ContentStore): Promise<void> {
  const opened = await open(store);
  await Promise.all([
    opened.kernel(),
    opened.trace(),
    ...opened.parts.snapshots.map((layer) => opened.snapshot(layer)),
  ]);
  const disk = await opened.disk();
  for (let index = 0; index < Math.ceil(disk.size / 131_072); index++) await disk.read(index);
}

afterEach(() => server.close());

describe('a container that is kept offline', () => {
  it('needs its server no longer', async () => {
    await publish(diskOf([1, 2, 0, 3]));
    const store = new MemoryContentStore();
    await keep(store);
    await server.close();
    await readAll(store);
    expect(await shareHere(await open(store), store)).toBe(1);
  });

  it('tells how far it is: never backwards, never beyond the whole, at last all of it', async () => {
    await publish(diskOf(Array.from({ length: 80 }, (_, i) => i + 1)));
    const steps = await keep(new MemoryContentStore());
    const bytes = steps.map((step) => step.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.at(-1)).toMatchObject({ bytes: steps[0]?.total, secondsLeft: 0 });
  });

  it('fetches what its disk holds twice only once, and counts it once', async () => {
    await publish(diskOf([1, 2, 1, 1, 2, 3, ...Array.from({ length: 60 }, () => 1)]));
    const store = new WatchedStore();
    const steps = await keep(store);
    expect(store.given).toHaveLength(new Set(store.given).size);
    expect(steps.at(-1)).toMatchObject({ bytes: steps[0]?.total, secondsLeft: 0 });
  });

  it('once begun goes on where it was', async () => {
    await publish(diskOf(Array.from({ length: 60 }, (_, i) => i + 1)));
    const store = new WatchedStore();
    let answered = 0;
    server.failWith(({ range }) => (range !== undefined && ++answered > 3 ? 'reset' : undefined));
    expect(await failureOf(keep(store))).toMatchObject({ code: 'source/unreachable' });
    const share = await shareHere(await open(store), store);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(1);

    server.failWith(undefined);
    const [first] = await keep(store);
    expect(first?.bytes).toBeGreaterThan((first?.total ?? 0) * share);
    expect(store.given).toHaveLength(new Set(store.given).size);
  });

  it('asks nothing when all is here', async () => {
    await publish(diskOf([1, 2]));
    const store = new MemoryContentStore();
    await keep(store);
    const before = server.requests.length;
    await keep(store);
    expect(server.requests).toHaveLength(before);
  });

  it('fetches a document anew that the device has lost since it was opened', async () => {
    await publish(diskOf([1, 2]));
    const store = new MemoryContentStore();
    const opened = await open(store);
    await store.remove([container.manifest.digest, opened.parts.config.digest]);
    await keepOffline(opened, store, { onProgress: () => undefined });
    await server.close();
    await readAll(store);
  });

  it('does not claim to be kept on a device without room', async () => {
    await publish(diskOf([1, 2]));
    expect(await failureOf(keep(new FullStore()))).toMatchObject({ code: 'storage/full' });
  });

  it('stops fetching where the room ends', async () => {
    await publish(diskOf(Array.from({ length: 120 }, (_, i) => i + 1)));
    const store = new FullStore();
    store.full = false;
    const opened = await open(store);
    await opened.pieces();
    await Promise.all([opened.kernel(), opened.trace()]);
    store.full = true;
    expect(await failureOf(keepOffline(opened, store, { onProgress: () => undefined }))).toMatchObject({
      code: 'storage/full',
    });
    expect(server.requestsFor(container.disk.blob)).toHaveLength(0);
  });

  it('ends when its caller gives up, with the caller’s reason', async () => {
    await publish(diskOf([1, 2]));
    const caller = new AbortController();
    server.failWith(({ range }) => (range === undefined ? undefined : 'stall'));
    const kept = keep(new MemoryContentStore(), caller.signal);
    await expect.poll(() => server.requestsFor(container.snapshot.blob).length).toBe(1);
    caller.abort(new Error('enough'));
    await expect(kept).rejects.toThrow('enough');
  });

  it('is not there in part where a server damages it', async () => {
    await publish(diskOf([1, 2]));
    const store = new MemoryContentStore();
    server.failWith(({ range }) => (range === undefined ? undefined : 'wrong-byte'));
    expect(await failureOf(keep(store))).toMatchObject({ code: 'chunk/digest-mismatch' });
    const blob = await open(store).then((opened) => opened.chunked(opened.parts.disk));
    expect(await store.missing(blob.records.map(({ digest }) => digest))).toHaveLength(2);
  });
});

it('a container of which nothing is here is here to no share', async () => {
  await publish(noise(1000));
  const store = new MemoryContentStore();
  const opened = await open(store);
  const share = await shareHere(opened, new MemoryContentStore());
  expect(share).toBe(0);
});
