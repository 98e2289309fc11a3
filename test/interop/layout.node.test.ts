import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blobPath,
  CHUNK_BYTES,
  decodeChunkList,
  digestFromBytes,
  MachineConfigSchema,
  parseJson,
  readManifest,
  type CatalogEntry,
  type Digest,
} from '#domain/container/index.ts';
import { V86Engine } from '#engines/v86/index.ts';
import { startServer } from '../../cli/serve/server.ts';
import { findEntry, openPublication, verifyPublication } from '../../publishing/index.ts';
import { IndexSchema } from '../../publishing/layout/oci-index.ts';
import { shell, startMachine } from '../contract/engine-support.ts';
import { v86Assets } from '../support/built-catalog.ts';
import { directContainers } from '../support/direct-container.ts';
import { program } from './support/program.ts';
import { publishBase, temporaryFolder } from './support/publication.ts';

let folder: string;
let published: string;
let base: CatalogEntry;

beforeAll(async () => {
  folder = await temporaryFolder();
  published = join(folder, 'published');
  base = await publishBase(published);
});
afterAll(() => rm(folder, { recursive: true }));

async function parts(dir: string) {
  return readManifest(await readFile(join(dir, blobPath(base.manifest.digest)), 'utf8'));
}

/** Digests of a file's pieces of CHUNK_BYTES. */
async function chunkDigests(path: string): Promise<readonly Digest[]> {
  const digests: Digest[] = [];
  const pieces: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  for await (const piece of pieces) digests.push(digestFromBytes(createHash('sha256').update(piece).digest()));
  return digests;
}

describe('the base container', () => {
  it('published twice has the same digests', async () => {
    const again = await publishBase(join(folder, 'again'));
    expect(again).toEqual(base);
    const lists = ['index.json', 'catalog.json', 'oci-layout'];
    for (const name of lists)
      expect(await readFile(join(folder, 'again', name), 'utf8')).toBe(await readFile(join(published, name), 'utf8'));
  });

  it('has a disk that zstd unpacks, bit for bit', async () => {
    const { disk, config } = await parts(published);
    const [blob, list, machine] = [disk.blob, disk.chunks, config].map(({ digest }) =>
      join(published, blobPath(digest)),
    );
    if (!blob || !list || !machine) throw new Error('a part is missing');
    const image = join(folder, 'disk.img');
    await program('zstd', ['-q', '-d', blob, '-o', image]);
    const { diskSize } = parseJson(MachineConfigSchema, await readFile(machine, 'utf8'), 'the config');
    expect((await stat(image)).size).toBe(diskSize);
    const records = decodeChunkList(await readFile(list), disk.blob.size);
    expect(await chunkDigests(image)).toEqual(records.map(({ digest }) => digest));
  });
});

describe('a copy that skopeo made', () => {
  let copy: string;
  beforeAll(async () => {
    copy = join(folder, 'copy');
    const name = `base-${base.version}`;
    await program('skopeo', ['--insecure-policy', 'copy', `oci:${published}:${name}`, `oci:${copy}:${name}`]);
  });

  it('has the same manifest, and verifies', async () => {
    const { manifests } = parseJson(IndexSchema, await readFile(join(copy, 'index.json'), 'utf8'), 'the index');
    expect(manifests.map(({ digest }) => digest)).toEqual([base.manifest.digest]);
    const report = await verifyPublication(await openPublication(copy));
    expect(report).toMatchObject({ problems: [], containers: 1 });
  });

  it('boots', async () => {
    const server = await startServer({ root: copy, port: 0 });
    const open = directContainers(`http://127.0.0.1:${server.port}/`, (error) => {
      throw error;
    });
    const { manifest } = await findEntry(await openPublication(copy), 'base');
    const container = await open(manifest);
    const { session } = await startMachine({
      makeEngine: async () => new V86Engine(await v86Assets()),
      openDisk: () => container.disk(),
      kernel: () => container.kernel(),
      commandLine: () => Promise.resolve(container.config.kernelCommandLine),
      memory: () => Promise.resolve(container.config.memory),
    });
    await session.ready();
    expect(await shell(session, 'cat /etc/debian_version')).toMatch(/^12\./);
    await session.stop();
    await server.close();
  });

  it('becomes a catalog again', async () => {
    const source = await openPublication(copy);
    const entry = await findEntry(source, 'base');
    const { id, title, version, size, manifest, thumbnail } = base;
    expect(entry).toMatchObject({ id, title, version, size, manifest, thumbnail });
  });
});
