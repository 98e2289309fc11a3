import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { Deferred } from '#domain/async/index.ts';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import {
  ContainerClient,
  ContainerKeeper,
  ContentServer,
  directFetch,
  loadCompression,
  memoryStorage,
  type LocalFetch,
} from '#storage/index.ts';
import { BlobServer } from '../support/blob-server.ts';
import { Device, type CrashPoint } from '../support/device.ts';
import { diskOf, makeContainer, type TinyContainer } from '../support/tiny-container.ts';

const SCOPE = 'http://app.test/';

let server: BlobServer | undefined;
afterEach(() => server?.close());

/** Disks with zeros, repetitions, and enough chunks for several requests. */
const disks = fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.constant(0) }), {
  minLength: 1,
  maxLength: 40,
});
const crashes = fc.array(fc.record({ writes: fc.nat(10), lastLands: fc.boolean() }), { maxLength: 4 });

/** The local routes of a new process over what the device has. */
function routes(at: BlobServer, store: ContentStore): LocalFetch {
  const storage = { ...memoryStorage(), contents: store };
  const directory = { mirrorsOf: () => Promise.resolve([{ catalogUrl: at.catalogUrl }]), report: () => undefined };
  const server = new ContentServer({ scope: SCOPE, storage, directory, compression: loadCompression });
  return directFetch(() => server);
}

/** Downloads until the end, or until the process crashes. @returns whether it got to the end */
async function download(
  container: TinyContainer,
  at: BlobServer,
  device: Device,
  crash?: CrashPoint,
): Promise<boolean> {
  const gone = new AbortController();
  const crashed = new Deferred<boolean>();
  const store = device.open(crash, () => {
    // A process that ends cuts its connections.
    gone.abort(new Error('the process has ended'));
    crashed.resolve(false);
  });
  const work = async (): Promise<boolean> => {
    const keeper = new ContainerKeeper({ scope: SCOPE, fetch: routes(at, store) });
    await keeper.keep(container.manifest.digest, { signal: gone.signal, onProgress: () => undefined });
    return true;
  };
  const ended = work().catch((error: unknown) => {
    if (gone.signal.aborted) return false;
    throw error;
  });
  return Promise.race([ended, crashed.promise]);
}

/** A digest of all that a boot may read. */
async function contentOf(container: ContainerClient): Promise<string> {
  const disk = await container.disk();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < disk.size; at += CHUNK_BYTES) {
    parts.push((await disk.read(at / CHUNK_BYTES)).subarray(0, disk.size - at));
  }
  for (const layer of container.parts.snapshots) parts.push(await container.snapshot(layer));
  return hash([...parts, await container.kernel()]);
}

function hash(parts: readonly Uint8Array[]): string {
  return parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex');
}

it('a download that is cut off at any points ends with the same bytes, and fetches nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(disks, fc.nat(1000), crashes, async (chunks, short, crashPoints) => {
      const container = await makeContainer({ disk: diskOf(chunks, short) });
      server = await BlobServer.start(container.files);
      const device = new Device();
      for (const crash of crashPoints) await download(container, server, device, crash);
      expect(await download(container, server, device)).toBe(true);
      expect(device.written).toHaveLength(new Set(device.written).size);
      await server.close();

      const fetch = routes(server, device.open());
      const { digest: manifest } = container.manifest;
      const offline = await ContainerClient.open({ manifest, sources: [], scope: SCOPE, fetch });
      expect(await contentOf(offline)).toBe(
        hash([container.disk.content, container.snapshot.content, container.kernel.content]),
      );
    }),
    { numRuns: 25 },
  );
});
