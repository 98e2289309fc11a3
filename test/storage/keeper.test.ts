import { describe, expect, it } from 'vitest';
import { Deferred } from '#domain/async/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { TransferProgress } from '#ports/progress.ts';
import { ContainerKeeper, directFetch, type LocalFetch } from '#storage/index.ts';
import type { ContentServer } from '#storage/content/content-server.ts';
import { failureOf } from '../support/failure.ts';
import { FullStore, WatchedStore } from '../support/memory-stores.ts';
import { diskOf } from '../support/tiny-container.ts';
import { askContent, bytesOf, publish, same, SCOPE, type ContentFixture } from './support/content-fixture.ts';

interface Kept extends ContentFixture {
  readonly store: WatchedStore;
  readonly routes: ContentServer;
}

async function publishDisk(chunks: readonly number[], store: WatchedStore = new WatchedStore()): Promise<Kept> {
  const fixture = await publish({ disk: diskOf(chunks) });
  return { ...fixture, store, routes: over(fixture, store) };
}

function over({ restart, storage }: ContentFixture, contents: ContentStore): ContentServer {
  return restart({ storage: { ...storage, contents } });
}

function hexOf({ digest }: { readonly digest: string }): string {
  return digest.slice('sha256:'.length);
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** Keeps the container and tells how it went. */
async function keep(
  { container, routes }: Pick<Kept, 'container' | 'routes'>,
  signal?: AbortSignal,
): Promise<TransferProgress[]> {
  const steps: TransferProgress[] = [];
  const keeper = new ContainerKeeper({ scope: SCOPE, fetch: directFetch(() => routes) });
  await keeper.keep(container.manifest.digest, { signal, onProgress: (progress) => steps.push(progress) });
  return steps;
}

describe('a container that is kept offline', () => {
  it('needs its server no longer', async () => {
    const kept = await publishDisk([1, 2, 0, 3]);
    await keep(kept);
    await kept.server.close();
    const routes = over(kept, kept.store);
    expect(same(await bytesOf(await askContent(routes, kept.container, 'disk')), kept.container.disk.content)).toBe(
      true,
    );
    const snapshot = await askContent(routes, kept.container, 'snapshots/0');
    expect(same(await bytesOf(snapshot), kept.container.snapshot.content)).toBe(true);
    expect(await keep(kept)).toMatchObject([{ secondsLeft: 0 }]);
  });

  it('tells how far it is: never backwards, never beyond the whole, at last all of it', async () => {
    const steps = await keep(await publishDisk(numbers(80)));
    const bytes = steps.map((step) => step.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.at(-1)).toMatchObject({ bytes: steps[0]?.total, secondsLeft: 0 });
  });

  it('tells of no progress after it has failed, though a part was still on its way', async () => {
    const { container, routes, server } = await publishDisk([1]);
    server.failWith(({ path }) => (path.endsWith(hexOf(container.disk.blob)) ? { status: 404 } : undefined));
    const late = new Deferred<void>();
    const arrived = new Deferred<void>();
    const direct = directFetch(() => routes);
    const fetch: LocalFetch = async (request) => {
      const isSnapshot = request.method === 'POST' && (await request.clone().text()).includes('snapshots/0');
      if (isSnapshot) await late.promise;
      const answer = await direct(request);
      if (isSnapshot) arrived.resolve();
      return answer;
    };
    const steps: TransferProgress[] = [];
    const keeper = new ContainerKeeper({ scope: SCOPE, fetch });
    const { digest } = container.manifest;
    const failure = failureOf(keeper.keep(digest, { onProgress: (progress) => steps.push(progress) }));
    expect(await failure).toMatchObject({ code: 'source/not-found' });
    const before = steps.length;
    late.resolve();
    await arrived.promise;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(steps).toHaveLength(before);
  });

  it('fetches what its disk holds twice only once, and counts it once', async () => {
    const kept = await publishDisk([1, 2, 1, 1, 2, 3, ...Array.from({ length: 60 }, () => 1)]);
    const steps = await keep(kept);
    expect(kept.store.given).toHaveLength(new Set(kept.store.given).size);
    expect(steps.at(-1)).toMatchObject({ bytes: steps[0]?.total, secondsLeft: 0 });
  });

  it('once begun goes on where it was', async () => {
    const kept = await publishDisk(numbers(60));
    let answered = 0;
    kept.server.failWith(({ range }) => (range !== undefined && ++answered > 3 ? 'reset' : undefined));
    expect(await failureOf(keep(kept))).toMatchObject({ code: 'source/unreachable' });
    await kept.routes.idle();

    kept.server.failWith(undefined);
    const [first] = await keep(kept);
    expect(first?.bytes).toBeGreaterThan((first?.total ?? 0) * 0.2);
    expect(first?.bytes).toBeLessThan(first?.total ?? 0);
    expect(kept.store.given).toHaveLength(new Set(kept.store.given).size);
  });

  it('asks nothing when all is here', async () => {
    const kept = await publishDisk([1, 2]);
    await keep(kept);
    const before = kept.server.requests.length;
    await keep(kept);
    expect(kept.server.requests).toHaveLength(before);
  });

  it('fetches a document anew that the device has lost since it was opened', async () => {
    const kept = await publishDisk([1, 2]);
    await keep(kept);
    await kept.store.remove([kept.container.manifest.digest, kept.container.kernel.blob.digest]);
    await keep(kept);
    expect(await kept.store.missing([kept.container.manifest.digest, kept.container.kernel.blob.digest])).toEqual([]);
  });

  it('does not claim to be kept on a device without room', async () => {
    const kept = await publishDisk([1, 2]);
    const routes = over(kept, new FullStore());
    expect(await failureOf(keep({ ...kept, routes }))).toMatchObject({ code: 'storage/full' });
  });

  it('stops fetching where the room ends', async () => {
    const kept = await publishDisk(numbers(200));
    const store = new FullStore();
    store.full = false;
    const routes = over(kept, store);
    await askContent(routes, kept.container, 'fetch', { method: 'POST', body: '{"part":"documents","chunks":[]}' });
    store.full = true;
    expect(await failureOf(keep({ ...kept, routes }))).toMatchObject({ code: 'storage/full' });
    expect(kept.server.requestsFor(kept.container.disk.blob).length).toBeLessThan(4);
  });

  it('ends when its caller gives up, with the caller’s reason', async () => {
    const kept = await publishDisk([1, 2]);
    const caller = new AbortController();
    kept.server.failWith(({ range }) => (range === undefined ? undefined : 'stall'));
    const keeping = keep(kept, caller.signal);
    await expect.poll(() => kept.server.requestsFor(kept.container.snapshot.blob).length).toBe(1);
    caller.abort(new Error('enough'));
    await expect(keeping).rejects.toThrow('enough');
  });

  it('keeps what is sound beside a chunk that a server damages, and never that one', async () => {
    const kept = await publishDisk([1, 2]);
    kept.server.failWith(({ range }) => (range === undefined ? undefined : 'wrong-byte'));
    expect(await failureOf(keep(kept))).toMatchObject({ code: 'chunk/digest-mismatch' });
    await kept.routes.idle();
    const opened = await kept.open(kept.store);
    const { records } = await opened.container.part('disk');
    // The byte in the middle of the request for both is in one of them.
    expect(await kept.store.missing(records.map(({ digest }) => digest))).toHaveLength(1);
  });
});

describe('downloads', () => {
  it('take turns: a small one does not wait for a large one that was first', async () => {
    const large = await publishDisk(numbers(300));
    const small = await publishDisk(numbers(24));
    const scope = SCOPE;
    const ended: string[] = [];
    const both = new ContainerKeeper({
      scope,
      fetch: (request) => {
        const { routes } = request.url.includes(large.container.manifest.digest) ? large : small;
        return directFetch(() => routes)(request);
      },
    });
    const run = async (name: string, { container }: Kept): Promise<void> => {
      await both.keep(container.manifest.digest, { onProgress: () => undefined });
      ended.push(name);
    };
    await Promise.all([run('large', large), run('small', small)]);
    expect(ended).toEqual(['small', 'large']);
  });

  it('say how much is here without fetching anything', async () => {
    const kept = await publishDisk([1, 2]);
    const keeper = new ContainerKeeper({ scope: SCOPE, fetch: directFetch(() => kept.routes) });
    expect(await keeper.progressOf(kept.container.manifest.digest)).toMatchObject({ bytes: 0, total: 0 });
    expect(kept.server.requests).toEqual([]);
    await keep(kept);
    const { bytes, total } = await keeper.progressOf(kept.container.manifest.digest);
    expect(bytes).toBe(total);
    expect(total).toBeGreaterThan(200_000);
  });
});
