import { afterEach, describe, expect, it } from 'vitest';
import { blobPath, CHUNK_BYTES } from '#domain/container/index.ts';
import type { AppError } from '#domain/errors/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import { BlobReader, loadCompression, MemoryContentStore, RemoteContainer } from '#storage/index.ts';
import { BlobServer, type Fault } from '../support/blob-server.ts';
import { failureOf } from '../support/failure.ts';
import { BrokenStore, FullStore, WatchedStore } from '../support/memory-stores.ts';
import { diskOf, makeContainer, noise, type TinyContainer, type TinyOptions } from '../support/tiny-container.ts';

interface Published {
  readonly container: TinyContainer;
  readonly server: BlobServer;
  readonly notices: AppError[];
  readonly open: (store?: ContentStore) => Promise<RemoteContainer>;
}

let running: BlobServer | undefined;

async function publish(options?: TinyOptions): Promise<Published> {
  const container = await makeContainer(options);
  const server = await BlobServer.start(container.files);
  running = server;
  const notices: AppError[] = [];
  const open = (store: ContentStore = new MemoryContentStore()): Promise<RemoteContainer> => {
    const blobs = new BlobReader(server.catalogUrl, store, (error) => notices.push(error));
    return RemoteContainer.open(container.manifest, blobs, loadCompression);
  };
  return { container, server, notices, open };
}

afterEach(() => running?.close());

describe('a container on a server', () => {
  it('opens with its documents alone', async () => {
    const { server, open } = await publish();
    const opened = await open();
    expect(opened.config.title).toBe('Tiny');
    expect(server.requests).toHaveLength(2);
  });

  it('gives kernel, trace and snapshot as they were published', async () => {
    const { container, open } = await publish();
    const opened = await open();
    expect(await opened.kernel()).toEqual(container.kernel.content);
    expect(await opened.initrd()).toBeUndefined();
    expect(await opened.trace()).toEqual([3, 0]);
    const [snapshot] = opened.parts.snapshots;
    if (!snapshot) throw new Error('it has no snapshot');
    let counted = 0;
    expect(await opened.snapshot(snapshot, { onBytes: (bytes) => (counted += bytes) })).toEqual(
      container.snapshot.content,
    );
    expect(counted).toBe(snapshot.blob.size);
  });

  it('gives its disk chunk by chunk: solid, of zeros, and the shorter last', async () => {
    const { container, open } = await publish();
    const disk = await (await open()).disk();
    expect(disk.size).toBe(container.disk.content.length);
    for (let index = 0; index < 5; index++) {
      const expected = container.disk.content.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      expect(Buffer.compare(await disk.read(index), expected)).toBe(0);
    }
  });

  it('without a kernel says so', async () => {
    const { open } = await publish({ withoutKernel: true });
    const opened = await open();
    expect(await failureOf(opened.kernel())).toEqual({ code: 'container/missing-kernel', data: { title: 'Tiny' } });
  });

  it.each([
    ['fewer chunks than its disk has', { diskSize: 6 * CHUNK_BYTES }],
    ['more chunks than its disk has', { diskSize: 4 * CHUNK_BYTES }],
  ])('with %s says so before anything is read', async (_, config) => {
    const { open, container, server } = await publish({ config });
    const opened = await open();
    expect(await failureOf(opened.disk())).toMatchObject({ code: 'container/truncated-disk', data: { title: 'Tiny' } });
    expect(server.requestsFor(container.disk.blob)).toEqual([]);
  });

  it('whose last chunk is shorter than its disk says so, and gives no zeros for the rest', async () => {
    const { open } = await publish({ disk: diskOf([1, 2], 1000), config: { diskSize: 2 * CHUNK_BYTES } });
    const disk = await (await open()).disk();
    expect(await failureOf(disk.read(1))).toMatchObject({ code: 'container/truncated-disk', data: { title: 'Tiny' } });
  });

  it('with chunks of another length is refused, and gives no zeros for what they lack', async () => {
    const { open } = await publish({
      disk: diskOf([1, 2]),
      chunkBytes: CHUNK_BYTES - 4096,
      config: { diskSize: 3 * CHUNK_BYTES },
    });
    const disk = await (await open()).disk();
    expect(await failureOf(disk.read(0))).toMatchObject({ code: 'format/invalid' });
  });

  it('has no chunk beyond its last, not even one of zeros', async () => {
    const { open } = await publish();
    const opened = await open();
    const blob = await opened.chunked(opened.parts.disk);
    await expect(blob.read(5)).rejects.toThrow('there is no chunk 5');
    await expect(blob.readMany([0, -1], () => undefined)).rejects.toThrow('there is no chunk -1');
  });
});

describe('a server that fails', () => {
  it.each<[string, Fault, string]>([
    ['changes a byte', 'wrong-byte', 'chunk/digest-mismatch'],
    ['cuts the answer short', 'short', 'source/short-body'],
    ['sends too much', 'long', 'source/short-body'],
    ['ignores ranges', 'range-ignored', 'source/range-ignored'],
    ['sends another range', 'another-range', 'source/range-ignored'],
    ['loses the file', { status: 404 }, 'source/not-found'],
    ['breaks the connection', 'reset', 'source/unreachable'],
  ])('and %s gives no chunk, keeps none, and is asked again', async (_, fault, code) => {
    const { container, server, open } = await publish();
    const store = new WatchedStore();
    const opened = await open(store);
    const blob = await opened.chunked(opened.parts.disk);
    server.failWith(({ range }) => (range === undefined ? undefined : fault));
    expect(await failureOf(blob.read(0))).toMatchObject({ code });
    expect(await store.missing([blob.records[0]?.digest ?? container.disk.blob.digest])).toHaveLength(1);
    server.failWith(undefined);
    expect(Buffer.compare(await blob.read(0), container.disk.content.subarray(0, CHUNK_BYTES))).toBe(0);
  });

  it('and changes a byte of a document is not believed', async () => {
    const { server, open } = await publish();
    const store = new WatchedStore();
    server.failWith('wrong-byte');
    expect(await failureOf(open(store))).toMatchObject({ code: 'chunk/digest-mismatch' });
    expect(store.given).toEqual([]);
  });

  it('and damages one chunk of many in a request spoils no other', async () => {
    const { container, server, open } = await publish({ disk: diskOf([1, 2, 3, 4, 5]) });
    const opened = await open();
    const blob = await opened.chunked(opened.parts.disk);
    // The third chunk lies in the middle of the request for all five.
    server.failWith(({ range }) => (range === undefined ? undefined : 'wrong-byte'));
    expect(await failureOf(blob.readMany([0, 1, 2, 3, 4], () => undefined))).toMatchObject({
      code: 'chunk/digest-mismatch',
    });
    server.failWith(undefined);
    for (const index of [0, 1, 2, 3, 4]) {
      const expected = container.disk.content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      expect(Buffer.compare(await blob.read(index), expected)).toBe(0);
    }
  });

  it('is not asked for documents that are too large to be read whole', async () => {
    const { container, server, notices } = await publish();
    const blobs = new BlobReader(server.catalogUrl, new MemoryContentStore(), (error) => notices.push(error));
    const huge = { ...container.kernel.blob, size: 1e9 };
    expect(await failureOf(blobs.bytes(huge))).toMatchObject({ code: 'format/invalid' });
    expect(server.requests).toEqual([]);
  });
});

describe('requests', () => {
  it('are one for any number of readers of a chunk', async () => {
    const { container, server, open } = await publish();
    const disk = await (await open()).disk();
    const readers = await Promise.all(Array.from({ length: 20 }, () => disk.read(1)));
    expect(server.requestsFor(container.disk.blob)).toHaveLength(1);
    expect(new Set(readers.map((chunk) => Buffer.from(chunk).toString('latin1'))).size).toBe(1);
  });

  it('are one for neighbours, with zeros between them', async () => {
    const { container, server, open } = await publish();
    const opened = await open();
    const blob = await opened.chunked(opened.parts.disk);
    const got: number[] = [];
    await blob.readMany([4, 0, 2, 3, 1, 1], (index) => got.push(index));
    expect([...new Set(got)].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(server.requestsFor(container.disk.blob)).toEqual([
      { path: blobPath(container.disk.blob.digest), range: `0-${container.disk.blob.size - 1}` },
    ]);
  });

  it('are none for what is under way, on the device, or zeros', async () => {
    const { container, server, open } = await publish();
    const opened = await open();
    const disk = await opened.disk();
    disk.prefetch([0, 1]);
    await disk.read(1);
    await disk.read(2);
    disk.prefetch([0, 1, 2, 900]);
    await disk.read(0);
    expect(server.requestsFor(container.disk.blob)).toHaveLength(1);
  });

  it('are none when all is on the device', async () => {
    const { server, open } = await publish();
    const store = new MemoryContentStore();
    const first = await open(store);
    await (await first.disk()).read(0);
    await server.close();
    const again = await open(store);
    expect(await (await again.disk()).read(0)).toHaveLength(CHUNK_BYTES);
  });

  it('end for a caller who gives up, while others get their chunk', async () => {
    const { server, open } = await publish();
    const opened = await open();
    const blob = await opened.chunked(opened.parts.disk);
    const caller = new AbortController();
    server.failWith(({ range }) => (range === undefined ? undefined : 'stall'));
    const impatient = blob.readMany([0, 1], () => undefined, { signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
  });
});

describe('a device', () => {
  it('without room does not keep a reader from reading, and the user hears of it', async () => {
    const { container, notices, open } = await publish();
    const opened = await open(new FullStore());
    const disk = await opened.disk();
    expect(await disk.read(0)).toEqual(container.disk.content.slice(0, CHUNK_BYTES));
    expect(notices.map(({ code }) => code)).toContain('storage/full');
  });

  it('that does not answer is passed over, and the user hears of it', async () => {
    const { container, notices, open } = await publish();
    const opened = await open(new BrokenStore());
    expect(await opened.kernel()).toEqual(container.kernel.content);
    expect(new Set(notices.map(({ code }) => code))).toEqual(new Set(['storage/unavailable']));
  });

  it('keeps the last chunks in memory and lets go of those long unused', async () => {
    const { server, container, open } = await publish({ disk: diskOf(Array.from({ length: 200 }, (_, i) => i + 1)) });
    const disk = await (await open(new FullStore())).disk();
    for (let index = 0; index < 200; index++) {
      await disk.read(index);
      await disk.read(0);
    }
    expect(disk.peek(0)).toBeDefined();
    expect(disk.peek(199)).toBeDefined();
    expect(disk.peek(1)).toBeUndefined();
    expect(server.requestsFor(container.disk.blob)).toHaveLength(200);
  });
});

it('noise is no zeros: the tests above would not see a difference', () => {
  expect(noise(10).some((byte) => byte !== 0)).toBe(true);
});
