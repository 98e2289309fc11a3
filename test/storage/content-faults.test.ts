import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { Fault } from '../support/blob-server.ts';
import { diskOf } from '../support/tiny-container.ts';
import { askContent, bytesOf, errorIn, fetchBody, mirror, publish, same } from './support/content-fixture.ts';
import { ListedMirrors } from './support/directory.ts';

describe('a server that fails', () => {
  it.each<[string, Fault, string, number]>([
    ['changes a byte', 'wrong-byte', 'chunk/digest-mismatch', 1],
    ['cuts the answer short', 'short', 'source/short-body', 3],
    ['ignores ranges', 'range-ignored', 'source/range-ignored', 1],
    ['sends another range', 'another-range', 'source/range-ignored', 1],
    ['encodes the answer', 'encoded', 'source/wrong-encoding', 1],
    ['goes in circles', 'redirect-loop', 'source/redirected-endlessly', 1],
    ['wants a password', { status: 401 }, 'source/access-denied', 1],
    ['loses the file', { status: 404 }, 'source/not-found', 1],
    ['has a fault', { status: 500 }, 'source/server-error', 3],
  ])('and %s is an error with a code; nothing of it is kept', async (_, fault, code, tries) => {
    const { container, ask, server, directory } = await publish({ disk: diskOf([1]) });
    await ask('fetch', fetchBody('documents'));
    server.failWith(fault);
    expect(await errorIn(await ask('disk'))).toMatchObject({ code, status: 502 });
    const asked = server.requestsFor(container.disk.blob).filter(({ range }) => range !== undefined);
    // In a circle, one request is many.
    if (fault !== 'redirect-loop') expect(asked).toHaveLength(tries);
    expect(directory.outcomes.at(-1)).toMatchObject({ outcome: { ok: false, error: { code } } });
    expect(await (await ask('status')).json()).toMatchObject({ parts: [{}, {}, { here: 0 }] });

    server.failWith(undefined);
    expect(same(await bytesOf(await ask('disk')), container.disk.content)).toBe(true);
  });

  it('in the middle is followed by the next, which is not asked for what has come', async () => {
    const { container, server, restart } = await publish({ disk: diskOf([1, 2, 3, 4, 5, 6]) });
    const second = await mirror(container);
    const directory = new ListedMirrors(server.catalogUrl, second.catalogUrl);
    const content = restart({ directory });
    await askContent(content, container, 'fetch', fetchBody('documents'));
    let asked = 0;
    server.failWith(() => (asked++ === 0 ? { after: 3 * CHUNK_BYTES } : 'reset'));
    const answer = await askContent(content, container, 'fetch', fetchBody('disk', [0, 1, 2, 3, 4, 5]));
    expect(answer.status).toBe(200);
    const [request] = second.requestsFor(container.disk.blob);
    expect(Number(request?.range?.split('-')[0])).toBeGreaterThan(CHUNK_BYTES);
    expect(same(await bytesOf(await askContent(content, container, 'disk')), container.disk.content)).toBe(true);
  });

  it('and damages one chunk of many in a request spoils no other; the next server has the one', async () => {
    const { container, server, restart } = await publish({ disk: diskOf([1, 2, 3, 4, 5]) });
    const second = await mirror(container);
    const directory = new ListedMirrors(server.catalogUrl, second.catalogUrl);
    const content = restart({ directory });
    server.failWith(({ range }) => (range === undefined ? undefined : 'wrong-byte'));
    await askContent(content, container, 'fetch', fetchBody('disk', [0, 1, 2, 3, 4]));
    const [request, ...more] = second.requestsFor(container.disk.blob);
    const [from = 0, to = 0] = request?.range?.split('-').map(Number) ?? [];
    expect(to - from).toBeLessThan(1.1 * CHUNK_BYTES);
    expect(more).toEqual([]);
    expect(same(await bytesOf(await askContent(content, container, 'disk')), container.disk.content)).toBe(true);
    expect(directory.outcomes.map(({ outcome }) => outcome)).toContainEqual(
      expect.objectContaining({ ok: false, error: expect.objectContaining({ code: 'chunk/digest-mismatch' }) }),
    );
  });

  it('is no matter where a request names another that has it; that one is remembered', async () => {
    const { container, server, storage, restart } = await publish();
    const content = restart({ directory: new ListedMirrors() });
    expect(await errorIn(await askContent(content, container, 'disk'))).toMatchObject({
      code: 'container/unavailable',
      status: 404,
    });
    const from = encodeURIComponent(server.catalogUrl);
    expect((await askContent(content, container, `manifest?from=${from}`)).status).toBe(200);
    expect(await storage.containers.get(container.manifest.digest)).toMatchObject({ mirrors: [server.catalogUrl] });
    const later = restart({ directory: new ListedMirrors() });
    expect(same(await bytesOf(await askContent(later, container, 'disk')), container.disk.content)).toBe(true);
  });
});
