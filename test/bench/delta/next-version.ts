import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CHUNK_BYTES,
  decodeChunkList,
  encodeChunkList,
  MEDIA_TYPES,
  type ChunkRecord,
} from '#domain/container/index.ts';
import type { Compression } from '#ports/compression.ts';
import { loadCompression } from '#storage/index.ts';
import { makeChunkFrame } from '../../../publishing/compress/chunk-frame.ts';
import type { Change, VariantShelf } from '../../e2e/harness/variants.ts';
import { ADMIN_ENV, unpackDisk, type PublishedDisk } from '../../support/disk-image.ts';
import { noise } from '../../support/noise.ts';

/** What version 2 has more, as an updated package would bring. */
const NEW_FILE_BYTES = 1024 * 1024;

/** A version in which a file of 1 MiB is new and another has changed. Its version is `version`. */
export function withUpdatedFiles(version: string): Change {
  return async ({ manifest, config }, shelf) => {
    const at = manifest.layers.findIndex(({ mediaType }) => mediaType === MEDIA_TYPES.disk);
    const [blob, list] = manifest.layers.slice(at, at + 2);
    if (!blob || !list) throw new Error('the container has no disk');
    const before = await shelf.readBlob(blob);
    const disk = { blob: before, records: decodeChunkList(await shelf.readBlob(list), blob.size) };
    const after = await updated(disk);
    const layers = manifest.layers.toSpliced(at, 2, ...(await put(shelf, after)));
    return { config: { ...config, version }, manifest: { ...manifest, layers } };
  };
}

async function put(shelf: VariantShelf, { blob, records }: PublishedDisk) {
  return [
    await shelf.putBlob(MEDIA_TYPES.disk, blob),
    await shelf.putBlob(MEDIA_TYPES.chunks, encodeChunkList(records)),
  ];
}

async function updated(disk: PublishedDisk): Promise<PublishedDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-delta-'));
  const compression = await loadCompression();
  try {
    const image = join(folder, 'disk.img');
    await unpackDisk(disk, image, compression);
    await change(image, folder);
    return await packAgain(disk, image, compression);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function change(image: string, folder: string): Promise<void> {
  await writeFile(join(folder, 'new'), noise(NEW_FILE_BYTES, 77));
  await writeFile(join(folder, 'motd'), 'Version 2\n');
  const commands = ['write new /usr/share/new', 'rm /etc/motd', 'write motd /etc/motd', ''].join('\n');
  await writeFile(join(folder, 'commands'), commands);
  await promisify(execFile)('debugfs', ['-w', '-f', 'commands', image], { cwd: folder, env: ADMIN_ENV });
}

/** As the packer does it; it gives equal chunks equal frames, so those that did not change are taken over. */
async function packAgain(before: PublishedDisk, image: string, compression: Compression): Promise<PublishedDisk> {
  const file = await open(image);
  const frames: Uint8Array[] = [];
  const records: ChunkRecord[] = [];
  let offset = 0;
  for (const [index, record] of before.records.entries()) {
    const chunk = await readChunk(file, index);
    const digest = `sha256:${createHash('sha256').update(chunk).digest('hex')}`;
    const old = before.blob.subarray(record.offset, before.records[index + 1]?.offset);
    const next = digest === record.digest ? { ...record, frame: old } : makeChunkFrame(chunk, compression);
    frames.push(next.frame);
    records.push({ offset, compressedLength: next.compressedLength, digest: next.digest });
    offset += next.frame.length;
  }
  await file.close();
  return { blob: Buffer.concat(frames), records };
}

async function readChunk(file: FileHandle, index: number): Promise<Uint8Array> {
  const { buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, index * CHUNK_BYTES);
  return buffer;
}
