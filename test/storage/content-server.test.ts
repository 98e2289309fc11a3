import { describe, expect, it } from 'vitest';
import { blobPath, CHUNK_BYTES } from '#domain/container/index.ts';
import { ContentServer } from '#storage/content/content-server.ts';
import { loadCompression } from '#storage/index.ts';
import { BrokenStore, FullStore } from '../support/memory-stores.ts';
import { diskOf, makeContainer, type TinyContainer } from '../support/tiny-container.ts';
import { askContent, bytesOf, errorIn, fetchBody, mirror, publish, same, SCOPE } from './support/content-fixture.ts';
import { ListedMirrors } from './support/directory.ts';

describe('a disk', () => {
  it('is a file', async () => {
    const { container, ask } = await publish();
    const response = await ask('disk');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Length')).toBe(String(container.disk.content.length));
    expect(response.headers.get('Accept-Ranges')).toBe('bytes');
    expect(response.headers.get('ETag')).toBe(`"${container.disk.blob.digest}"`);
    expect(Date.parse(response.headers.get('Last-Modified') ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(same(await bytesOf(response), container.disk.content)).toBe(true);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-299999', 100, 300_000],
    [`bytes=${CHUNK_BYTES}-${2 * CHUNK_BYTES - 1}`, CHUNK_BYTES, 2 * CHUNK_BYTES],
    [`bytes=${CHUNK_BYTES - 1}-${CHUNK_BYTES}`, CHUNK_BYTES - 1, CHUNK_BYTES + 1],
    ['bytes=600000-', 600_000, undefined],
    ['bytes=-5', -5, undefined],
  ])('gives the range %s', async (range, from, to) => {
    const { container, ask } = await publish();
    const expected = container.disk.content.slice(from, to);
    const response = await ask('disk', { headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Length')).toBe(String(expected.length));
    const first = from < 0 ? container.disk.content.length + from : from;
    expect(response.headers.get('Content-Range')).toBe(
      `bytes ${first}-${first + expected.length - 1}/${container.disk.content.length}`,
    );
    expect(same(await bytesOf(response), expected)).toBe(true);
  });

  it('is described by HEAD without a byte of it being fetched', async () => {
    const { container, server, ask } = await publish();
    const response = await ask('disk', { method: 'HEAD', headers: { Range: 'bytes=0-9' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Length')).toBe(String(container.disk.content.length));
    expect(await bytesOf(response)).toHaveLength(0);
    expect(server.requestsFor(container.disk.blob)).toEqual([]);
  });

  it('has no range beyond its end', async () => {
    const { container, ask } = await publish();
    const response = await ask('disk', { headers: { Range: 'bytes=99999999-' } });
    expect(response.status).toBe(416);
    expect(response.headers.get('Content-Range')).toBe(`bytes */${container.disk.content.length}`);
  });

  it('is not sent again to who has it', async () => {
    const { ask } = await publish();
    const { headers } = await ask('disk', { method: 'HEAD' });
    const etag = headers.get('ETag') ?? '';
    const date = headers.get('Last-Modified') ?? '';
    expect((await ask('disk', { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await ask('disk', { headers: { 'If-Modified-Since': date } })).status).toBe(304);
    expect((await ask('disk', { headers: { 'If-Match': '"another"' } })).status).toBe(412);
    const range = { Range: 'bytes=0-9' };
    expect((await ask('disk', { headers: { ...range, 'If-Range': etag } })).status).toBe(206);
    expect((await ask('disk', { headers: { ...range, 'If-Range': date } })).status).toBe(206);
    expect((await ask('disk', { headers: { ...range, 'If-Range': '"another"' } })).status).toBe(200);
  });

  it('can never become a page of the app', async () => {
    const { container, ask } = await publish();
    for (const path of ['disk', 'manifest', `blobs/${container.kernel.blob.digest}`]) {
      const { headers } = await ask(path);
      expect(headers.get('Content-Type')).toBe('application/octet-stream');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Content-Security-Policy')).toContain('sandbox');
    }
  });
});

describe('bytes', () => {
  it('come from the network, then from memory, then from the device, and the answer says so', async () => {
    const { container, ask, restart, server } = await publish({ disk: diskOf([1, 2, 0, 3]) });
    const range = { headers: { Range: `bytes=0-${4 * CHUNK_BYTES - 1}` } };
    const origin = (response: Response): string | null => response.headers.get('Portolan-Origin');
    const first = await ask('disk', range);
    expect(origin(first)).toBe(`memory=${CHUNK_BYTES}, device=0, network=${3 * CHUNK_BYTES}`);
    await bytesOf(first);
    const second = await ask('disk', range);
    expect(origin(second)).toBe(`memory=${4 * CHUNK_BYTES}, device=0, network=0`);
    await server.close();
    const third = await askContent(restart(), container, 'disk', range);
    expect(origin(third)).toBe(`memory=${CHUNK_BYTES}, device=${3 * CHUNK_BYTES}, network=0`);
    expect(same(await bytesOf(third), container.disk.content)).toBe(true);
  });

  it('are fetched once, however many ask for them at a time', async () => {
    const { container, ask, server } = await publish({ disk: diskOf([1, 2, 3]) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('disk').then(bytesOf)));
    expect(answers.every((bytes) => same(bytes, container.disk.content))).toBe(true);
    const ranges = server.requestsFor(container.disk.blob).map(({ range = '' }) => range.split('-').map(Number));
    const fetched = ranges.reduce((sum, [from = 0, to = 0]) => sum + to - from + 1, 0);
    expect(fetched).toBe(container.disk.blob.size);
  });

  it('are read no further than they are taken', async () => {
    const { container, ask, server } = await publish({ disk: diskOf(Array.from({ length: 400 }, (_, i) => i + 1)) });
    const response = await ask('disk');
    const reader = response.body?.getReader();
    await reader?.read();
    await expect.poll(() => server.open).toBe(0);
    const last = Math.max(...server.requestsFor(container.disk.blob).map(({ range }) => Number(range?.split('-')[1])));
    expect(last).toBeLessThan(container.disk.blob.size / 10);
    await reader?.cancel();
  });

  it('are served while the device has no room, or is gone', async () => {
    for (const contents of [new FullStore(), new BrokenStore()]) {
      const { container, restart } = await publish();
      const { storage } = await publish();
      const content = restart({ storage: { ...storage, contents } });
      expect(same(await bytesOf(await askContent(content, container, 'disk')), container.disk.content)).toBe(true);
    }
  });

  it('of a chunk that is too short are no file of the announced length', async () => {
    const { ask } = await publish({ disk: diskOf([1, 2], 1000), config: { diskSize: 2 * CHUNK_BYTES } });
    expect(await errorIn(await ask('disk', { headers: { Range: 'bytes=-10' } }))).toMatchObject({
      code: 'container/truncated-disk',
      status: 502,
    });
  });
});

describe('the other parts', () => {
  it('are the documents that the manifest names, and nothing else', async () => {
    const { container, ask, server } = await publish();
    expect(same(await bytesOf(await ask('manifest')), container.files.get('x') ?? (await manifestOf(container)))).toBe(
      true,
    );
    const kernel = await ask(`blobs/${container.kernel.blob.digest}`);
    expect(same(await bytesOf(kernel), container.kernel.content)).toBe(true);
    const before = server.requests.length;
    for (const { digest } of [container.disk.blob, { digest: `sha256:${'0'.repeat(64)}` }]) {
      expect(await errorIn(await ask(`blobs/${digest}`))).toMatchObject({ code: 'content/not-found', status: 404 });
    }
    expect(server.requests).toHaveLength(before);
  });

  it('are snapshots, whose length only their last chunk knows', async () => {
    const { container, ask } = await publish();
    const whole = await ask('snapshots/0');
    expect(whole.headers.get('Content-Length')).toBe(String(container.snapshot.content.length));
    expect(same(await bytesOf(whole), container.snapshot.content)).toBe(true);
    const tail = await ask('snapshots/0', { headers: { Range: 'bytes=-100' } });
    expect(same(await bytesOf(tail), container.snapshot.content.slice(-100))).toBe(true);
    expect(await errorIn(await ask('snapshots/1'))).toMatchObject({ code: 'content/not-found', status: 404 });
  });
});

async function manifestOf({ files, manifest }: TinyContainer): Promise<Uint8Array> {
  const bytes = files.get(blobPath(manifest.digest));
  if (!bytes) throw new Error('there is no manifest');
  return Promise.resolve(bytes);
}

describe('fetching ahead', () => {
  it('brings chunks to the device, and says what it cost', async () => {
    const { container, ask, server, restart } = await publish({ disk: diskOf([1, 2, 0, 3]) });
    await ask('fetch', fetchBody('documents'));
    const answer = await ask('fetch', fetchBody('disk', [3, 0, 2]));
    const { bytes } = (await answer.json()) as { bytes: number };
    expect(bytes).toBeGreaterThan(2 * CHUNK_BYTES * 0.9);
    expect(await (await ask('fetch', fetchBody('disk', [0, 3]))).json()).toEqual({ bytes: 0 });
    await server.close();
    const content = restart();
    const chunk = await askContent(content, container, 'disk', { headers: { Range: `bytes=${3 * CHUNK_BYTES}-` } });
    expect(same(await bytesOf(chunk), container.disk.content.slice(3 * CHUNK_BYTES))).toBe(true);
  });

  it('asks once for neighbours, with zeros between them', async () => {
    const { container, ask, server } = await publish({ disk: diskOf([1, 2, 0, 3, 4]) });
    await ask('fetch', fetchBody('disk', [4, 0, 2, 3, 1, 1]));
    expect(server.requestsFor(container.disk.blob).map(({ range }) => range)).toEqual([
      `0-${container.disk.blob.size - 1}`,
    ]);
  });

  it('brings all documents', async () => {
    const { container, ask, server, restart } = await publish();
    const { bytes } = (await (await ask('fetch', fetchBody('documents'))).json()) as { bytes: number };
    expect(bytes).toBeGreaterThan(container.kernel.content.length);
    await server.close();
    const response = await askContent(restart(), container, `blobs/${container.kernel.blob.digest}`);
    expect(same(await bytesOf(response), container.kernel.content)).toBe(true);
  });

  it('fails where nothing can be kept', async () => {
    const { container, restart, storage } = await publish();
    const content = restart({ storage: { ...storage, contents: new FullStore() } });
    for (const body of [fetchBody('disk', [0]), fetchBody('documents')]) {
      expect(await errorIn(await askContent(content, container, 'fetch', body))).toMatchObject({
        code: 'storage/full',
        status: 507,
      });
    }
  });

  it.each([
    ['not JSON', { method: 'POST', body: '{' }],
    ['another form', { method: 'POST', body: '{"part":"disk"}' }],
    ['another part', fetchBody('kernel')],
    ['a chunk that is not there', fetchBody('disk', [900])],
  ])('is refused for %s', async (_, init) => {
    const { ask } = await publish();
    expect(await errorIn(await ask('fetch', init))).toMatchObject({ code: 'request/invalid', status: 400 });
  });

  it('is asked with POST, and everything else without', async () => {
    const { ask } = await publish();
    const got = await ask('fetch');
    expect(got.headers.get('Allow')).toBe('POST');
    expect(await errorIn(got)).toMatchObject({ code: 'request/method', status: 405 });
    const posted = await ask('disk', { method: 'POST' });
    expect(posted.headers.get('Allow')).toBe('GET, HEAD');
    expect(await errorIn(posted)).toMatchObject({ code: 'request/method', status: 405 });
  });

  it('is not for other origins', async () => {
    const { ask } = await publish();
    const foreign = await ask('fetch', { ...fetchBody('documents'), headers: { Origin: 'http://other.test' } });
    expect(await errorIn(foreign)).toMatchObject({ code: 'request/foreign', status: 403 });
  });
});

describe('the status', () => {
  it('of a container that is not here is just that, and fetches nothing', async () => {
    const { ask, server } = await publish();
    expect(await (await ask('status')).json()).toMatchObject({ known: false, here: 0 });
    expect(server.requests).toEqual([]);
  });

  it('says what is here: of all, and of each part', async () => {
    const { container, ask } = await publish({ disk: diskOf([1, 2, 0, 3, 1]) });
    await ask('fetch', fetchBody('documents'));
    await ask('fetch', fetchBody('disk', [0]));
    const status = (await (await ask('status')).json()) as { total: number; here: number; parts: object[] };
    expect(status).toMatchObject({ known: true, title: 'Tiny', version: '1' });
    const [documents, snapshot, disk] = status.parts as { part: string; total: number; here: number; map?: string }[];
    expect(documents).toMatchObject({ part: 'documents', here: documents?.total });
    expect(snapshot).toMatchObject({ part: 'snapshots/0', here: 0, total: container.snapshot.blob.size, map: 'AA==' });
    // Chunks 0 and 4 are the same, 2 is of zeros: bits 0, 2 and 4.
    expect(disk?.map).toBe(btoa(String.fromCharCode(0b10101)));
    expect(disk?.here).toBeGreaterThan(CHUNK_BYTES * 0.9);
    expect(status.here).toBe((documents?.here ?? 0) + (disk?.here ?? 0));
  });

  it('counts what was served, by where it came from', async () => {
    const { ask, container } = await publish({ disk: diskOf([1, 2]) });
    await bytesOf(await ask('disk'));
    await bytesOf(await ask('disk'));
    const { length } = container.disk.content;
    expect(await (await ask('status')).json()).toMatchObject({
      served: { network: length, memory: length, device: 0 },
    });
  });
});

describe('the routes', () => {
  it('are those below c/ alone', async () => {
    const { content } = await publish();
    expect(content.answer(new Request('http://app.test/base/catalog/catalog.json'))).toBeUndefined();
    expect(content.answer(new Request('http://app.test/c/x/disk'))).toBeUndefined();
    expect(content.answer(new Request('http://other.test/base/c/x/disk'))).toBeUndefined();
  });

  it.each([
    'c/',
    'c/nothing/disk',
    `c/sha256:${'0'.repeat(63)}/disk`,
    `c/sha256:${'A'.repeat(64)}/disk`,
    `c/sha256:${'0'.repeat(64)}`,
    `c/sha256:${'0'.repeat(64)}/`,
    `c/sha256:${'0'.repeat(64)}/snapshots/x`,
    `c/sha256:${'0'.repeat(64)}/blobs/%`,
    `c/sha256:${'0'.repeat(64)}/disk?from=javascript:alert(1)`,
  ])('refuse %s', async (path) => {
    const { content } = await publish();
    expect(await errorIn((await content.answer(new Request(`${SCOPE}${path}`))) ?? new Response())).toMatchObject({
      code: 'request/invalid',
      status: 400,
    });
  });

  it('share chunks between versions: the second costs only what differs', async () => {
    const { restart, storage, ask, container } = await publish({ disk: diskOf([1, 2, 3, 4]) });
    await ask('fetch', fetchBody('disk', [0, 1, 2, 3]));
    const next = await makeContainer({ disk: diskOf([1, 9, 3, 4]), config: { version: '2' } });
    const server = await mirror(next);
    const content = restart({ storage, directory: new ListedMirrors(server.catalogUrl) });
    const answer = await askContent(content, next, 'fetch', fetchBody('disk', [0, 1, 2, 3]));
    const { bytes } = (await answer.json()) as { bytes: number };
    expect(bytes).toBeLessThan(1.1 * CHUNK_BYTES);
    expect(next.manifest.digest).not.toBe(container.manifest.digest);
    expect(same(await bytesOf(await askContent(content, next, 'disk')), next.disk.content)).toBe(true);
  });
});

it('routes of a thread that knows nothing answer from the device alone', async () => {
  const { container, ask, server, storage } = await publish();
  await bytesOf(await ask('disk'));
  await server.close();
  const content = new ContentServer({
    scope: SCOPE,
    storage,
    directory: new ListedMirrors(),
    compression: loadCompression,
  });
  expect(same(await bytesOf(await askContent(content, container, 'disk')), container.disk.content)).toBe(true);
});
