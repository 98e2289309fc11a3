import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  blobPath,
  CatalogSchema,
  CHUNK_BYTES,
  decodeChunkList,
  MachineConfigSchema,
  parseJson,
  readManifest,
  ZERO_FRAME,
} from '#domain/container/index.ts';
import { loadCompression } from '#storage/zstd.ts';
import { compressInto, packContainer, pruneBlobs, writeCatalog } from '../../publishing/index.ts';

const config = {
  title: 'Sample',
  version: '1',
  architecture: 'i386',
  memory: 64 * 1024 * 1024,
  diskSize: 4 * CHUNK_BYTES,
  engines: ['v86' as const],
  kernelCommandLine: 'root=/dev/sda',
  ports: [80],
  services: [{ name: 'web', description: 'Serves' }],
  packages: [{ name: 'apt', version: '2', licences: ['GPL-2+'] }],
};
const about = { id: 'sample', title: 'Sample', summary: 'One', version: '1', tags: [] };

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Text, zeros, a chunk that does not compress, and text again. */
function sampleDisk(): Buffer {
  const noise = Buffer.alloc(CHUNK_BYTES);
  let state = 1;
  for (let i = 0; i < noise.length; i++) noise[i] = (state = (state * 48_271) % 2_147_483_647) & 255;
  const text = Buffer.alloc(CHUNK_BYTES, 'portolan ');
  return Buffer.concat([text, Buffer.alloc(CHUNK_BYTES), noise, text]);
}

test('compresses a disk to frames whose contents, in order, are the disk', async () => {
  const into = join(dir, 'compressed');
  const disk = sampleDisk();
  await mkdir(into);
  await writeFile(join(dir, 'disk.img'), disk);
  await compressInto(join(dir, 'disk.img'), into);
  const blob = await readFile(join(into, 'blob.zst'));
  const records = decodeChunkList(await readFile(join(into, 'chunks')), blob.length);
  expect(records.map(({ compressedLength }) => compressedLength === 0)).toEqual([false, true, false, false]);
  const compression = await loadCompression();
  const chunks = records.map(({ offset, compressedLength }) =>
    compression.decompress(blob.subarray(offset, offset + (compressedLength || ZERO_FRAME.length)), CHUNK_BYTES),
  );
  expect(Buffer.concat(chunks).equals(disk)).toBe(true);
});

test('packs a container that the reader takes apart again', async () => {
  const layout = join(dir, 'layout');
  const disk = { blob: join(dir, 'blob'), chunks: join(dir, 'chunks') };
  await writeFile(disk.blob, 'frames');
  await writeFile(disk.chunks, '');
  const entry = await packContainer(layout, {
    about,
    config,
    disk,
    kernel: Uint8Array.of(1),
    thumbnail: Uint8Array.of(2),
  });
  await writeCatalog(layout, [entry]);
  const catalog = parseJson(CatalogSchema, await readFile(join(layout, 'catalog.json'), 'utf8'), 'catalog');
  expect(catalog.entries).toEqual([entry]);
  const parts = readManifest(await readFile(join(layout, blobPath(entry.manifest.digest)), 'utf8'));
  expect(parts.kernel?.size).toBe(1);
  expect(parts.thumbnail).toEqual(entry.thumbnail);
  expect(
    parseJson(MachineConfigSchema, await readFile(join(layout, blobPath(parts.config.digest)), 'utf8'), 'config'),
  ).toEqual(config);
  expect(entry.size).toBe(await sizeOfBlobs(layout));
});

test('removes what earlier builds left', async () => {
  const layout = join(dir, 'pruned');
  const disk = { blob: join(dir, 'blob'), chunks: join(dir, 'chunks') };
  await packContainer(layout, { about, config, disk, kernel: Uint8Array.of(1) });
  const entry = await packContainer(layout, { about, config, disk, kernel: Uint8Array.of(2) });
  await pruneBlobs(layout, [entry]);
  expect(await sizeOfBlobs(layout)).toBe(entry.size);
});

async function sizeOfBlobs(layout: string): Promise<number> {
  const names = await readdir(join(layout, 'blobs/sha256'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(layout, 'blobs/sha256', name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
