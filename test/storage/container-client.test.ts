import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import { ContainerClient, MemoryContentStore } from '#storage/index.ts';
import type { Fault } from '../support/blob-server.ts';
import { failureOf } from '../support/failure.ts';
import { BrokenStore, FullStore, WatchedStore } from '../support/memory-stores.ts';
import { noise } from '../support/noise.ts';
import { diskOf } from '../support/tiny-container.ts';
import { publish, same, SCOPE, type ContentFixture } from './support/content-fixture.ts';

/** All of a disk, chunk by chunk. */
async function readAll(opened: ContainerClient): Promise<Uint8Array> {
  const disk = await opened.disk();
  const chunks: Uint8Array[] = [];
  for (let index = 0; index * CHUNK_BYTES < disk.size; index++) {
    chunks.push((await disk.read(index)).subarray(0, disk.size - index * CHUNK_BYTES));
  }
  return Buffer.concat(chunks);
}

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

  it('counts what it reads, and whether a server had to send it', async () => {
    const { container, open, reads } = await publish();
    // The third chunk is zeros, which nobody sends; answers tell their origin in whole chunks.
    const network = 4 * CHUNK_BYTES;
    await readAll(await open());
    expect(reads).toEqual({ device: 0, network });
    await readAll(await open());
    expect(reads).toEqual({ device: container.disk.content.length - CHUNK_BYTES, network });
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
    const disk = await opened.disk();
    await expect(disk.read(5)).rejects.toThrow('there is no chunk 5');
    disk.prefetch([-1, 5, 900]);
    expect(disk.peek(5)).toBeUndefined();
  });
});

describe('a server that fails', () => {
  it.each<[string, Fault, string]>([
    ['changes a byte', 'wrong-byte', 'chunk/digest-mismatch'],
    ['sends too much', 'long', 'source/short-body'],
    ['loses the file', { status: 404 }, 'source/not-found'],
    ['breaks the connection', 'reset', 'source/unreachable'],
  ])('and %s gives no chunk, and is asked again', async (_, fault, code) => {
    const { container, server, open } = await publish();
    const disk = await (await open()).disk();
    server.failWith(({ range }) => (range === undefined ? undefined : fault));
    expect(await failureOf(disk.read(0))).toMatchObject({ code });
    server.failWith(undefined);
    expect(Buffer.compare(await disk.read(0), container.disk.content.subarray(0, CHUNK_BYTES))).toBe(0);
  });

  it('and changes a byte of a document is not believed', async () => {
    const { server, open } = await publish();
    const store = new WatchedStore();
    server.failWith('wrong-byte');
    expect(await failureOf(open(store))).toMatchObject({ code: 'chunk/digest-mismatch' });
    expect(store.given).toEqual([]);
  });

  it('for a part of what is read ahead spoils nothing else', async () => {
    const { container, server, open } = await publish({ disk: diskOf([1, 2, 3, 4, 5]) });
    const disk = await (await open()).disk();
    server.failWith(({ range }) => (range === undefined ? undefined : 'wrong-byte'));
    disk.prefetch([0, 1, 2, 3, 4]);
    const reads = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => disk.read(index)));
    expect(reads.some(({ status }) => status === 'rejected')).toBe(true);
    server.failWith(undefined);
    expect(same(await readAll(await open()), container.disk.content)).toBe(true);
  });

  it('is not asked for documents that are too large to be read whole', async () => {
    const { server, open } = await publish();
    const { container, parts } = await open();
    const before = server.requests.length;
    const huge = { ...parts.config, digest: parts.disk.blob.digest, size: 1e9 };
    expect(await failureOf(container.document(huge))).toMatchObject({ code: 'content/not-found' });
    expect(server.requests).toHaveLength(before);
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

  it('are few for neighbours, with zeros between them', async () => {
    const { server, open, container } = await publish({ disk: diskOf([1, 0, 0, 2, 3, 4, 5, 6, 7, 8]) });
    const disk = await (await open()).disk();
    disk.prefetch(Array.from({ length: 10 }, (_, i) => i));
    await disk.read(9);
    // Small at first, so that the first chunk is there soon.
    expect(server.requestsFor(container.disk.blob).length).toBeLessThanOrEqual(3);
  });

  it('are one for what is fetched ahead, however it is scattered', async () => {
    const { server, open, container } = await publish({ disk: diskOf([1, 0, 2, 0, 3, 0, 0, 0, 0, 0, 0, 4]) });
    const disk = await (await open()).disk();
    await disk.fetchAhead([11, 0, 4, 2, 1]);
    expect([0, 2, 4, 11].every((index) => disk.peek(index))).toBe(true);
    expect(server.requestsFor(container.disk.blob)).toHaveLength(1);
  });

  it('guess nothing while what is known to be read comes, and guess again afterwards', async () => {
    const { server, open, container } = await publish({ disk: diskOf([1, 2, 3, 4, 5, 6, 7, 8]) });
    const disk = await (await open()).disk();
    const known = disk.fetchAhead([0, 7]);
    disk.prefetch([3, 4]);
    await known;
    expect([3, 4].map((index) => disk.peek(index))).toEqual([undefined, undefined]);
    const before = server.requestsFor(container.disk.blob).length;
    disk.prefetch([3, 4]);
    await disk.read(4);
    expect(server.requestsFor(container.disk.blob)).toHaveLength(before + 1);
  });

  it('are none for what is under way, on the device, or zeros', async () => {
    const { container, server, open } = await publish();
    const disk = await (await open()).disk();
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
    await (await (await open(store)).disk()).read(0);
    await expect.poll(() => server.open).toBe(0);
    await server.close();
    const disk = await (await open(store)).disk();
    expect(await disk.read(0)).toHaveLength(CHUNK_BYTES);
    await disk.fetchAhead([0]);
  });

  it('end for a caller who gives up, while others get their chunk', async () => {
    const { server, open } = await publish();
    const opened = await open();
    const disk = await opened.disk();
    const [snapshot] = opened.parts.snapshots;
    if (!snapshot) throw new Error('it has no snapshot');
    const caller = new AbortController();
    server.failWith(({ range }) => (range === undefined ? undefined : 'stall'));
    const impatient = [
      disk.read(0, { signal: caller.signal }),
      opened.snapshot(snapshot, { signal: caller.signal }),
    ].map(async (work) => work);
    caller.abort(new Error('enough'));
    for (const work of impatient) await expect(work).rejects.toThrow('enough');
  });
});

describe('a device', () => {
  it('without room does not keep a reader from reading, and the user hears of it once', async () => {
    const { container, notices, open } = await publish();
    const opened = await open(new FullStore());
    expect(same(await readAll(opened), container.disk.content)).toBe(true);
    await opened.kernel();
    expect(notices.map(({ code }) => code)).toEqual(['storage/full']);
  });

  it('that does not answer is passed over, and the user hears of it', async () => {
    const { container, notices, open } = await publish();
    const opened = await open(new BrokenStore());
    expect(await opened.kernel()).toEqual(container.kernel.content);
    expect(same(await readAll(opened), container.disk.content)).toBe(true);
    expect(new Set(notices.map(({ code }) => code))).toEqual(new Set(['storage/unavailable']));
  });

  it('keeps the last chunks in memory and lets go of those long unused', async () => {
    const { open } = await publish({ disk: diskOf(Array.from({ length: 200 }, (_, i) => i + 1)) });
    const disk = await (await open()).disk();
    for (let index = 0; index < 200; index++) {
      await disk.read(index);
      await disk.read(0);
    }
    expect(disk.peek(0)).toBeDefined();
    expect(disk.peek(199)).toBeDefined();
    expect(disk.peek(1)).toBeUndefined();
  });
});

describe('an answer of the local routes that breaks off', () => {
  /** Routes whose service worker is ended after some bytes of each answer. */
  function breaking(fixture: ContentFixture, after: number, times: number): Promise<ContainerClient> {
    let left = times;
    const fetch = async (request: Request): Promise<Response> => {
      const response = (await fixture.content.answer(request)) ?? new Response();
      if (!request.url.includes('/disk') || left-- <= 0) return response;
      const bytes = new Uint8Array(await response.arrayBuffer()).subarray(0, after);
      const pieces = bytes.length > 0 ? [bytes] : [];
      const body = new ReadableStream({
        pull: (controller) => {
          const piece = pieces.shift();
          if (piece) controller.enqueue(piece);
          else controller.error(new TypeError('network error'));
        },
      });
      return new Response(body, { status: response.status, headers: response.headers });
    };
    const { digest: manifest } = fixture.container.manifest;
    return ContainerClient.open({ manifest, sources: [], scope: SCOPE, fetch });
  }

  it('is gone on with where it was', async () => {
    const fixture = await publish({ disk: diskOf([1, 2, 3, 4, 5, 6], 10) });
    const disk = await (await breaking(fixture, 1.5 * CHUNK_BYTES, 20)).disk();
    disk.prefetch([0, 1, 2, 3, 4, 5]);
    const chunks = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => disk.read(index)));
    expect(same(Buffer.concat(chunks), fixture.container.disk.content)).toBe(true);
  });

  it('again and again before anything has come is an error with a code', async () => {
    const fixture = await publish();
    const disk = await (await breaking(fixture, 0, 20)).disk();
    expect(await failureOf(disk.read(0))).toMatchObject({ code: 'app/no-service-worker' });
  });
});

it('noise is no zeros: the tests above would not see a difference', () => {
  expect(noise(10).some((byte) => byte !== 0)).toBe(true);
});
