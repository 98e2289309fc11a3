import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeDiskPiece, DISK_PIECE_BYTES } from '#domain/backup/index.ts';
import type { BackupDescription, OpenBackup } from '#domain/backup/index.ts';
import { blobPath, CHUNK_BYTES, decodeChunkList, parseJson, TraceSchema } from '#domain/container/index.ts';
import type { CatalogEntry, Descriptor, Trace } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { DiskAssembly } from '#domain/overlay/index.ts';
import { loadCompression } from '#storage/index.ts';
import { compressInto, type CompressedFile } from '../compress/compress-file.ts';
import { PublishError } from '../publish-error.ts';
import { readBlob, readBlobText } from '../reading/blobs.ts';
import { ChunkedFile } from '../reading/chunked-file.ts';
import { readContainer, type PublishedContainer } from '../reading/containers.ts';
import type { Publication } from '../reading/publication.ts';
import { packContainer, type ContainerContent } from './pack-container.ts';
import { drawThumbnail } from './thumbnail.ts';

/** What an exported machine becomes a container with. */
export interface MachineParts {
  readonly about: ContainerContent['about'];
  readonly backup: OpenBackup;
  /** A publication that has the container that the machine was made of. */
  readonly base: Publication;
}

/**
 * Packs a machine: its container with what its guest has changed on the disk. What it had in memory, and its checkpoints,
 * stay behind. The same file gives the same digests.
 * @param dir the layout's folder
 * @param scratch an empty folder on the same file system, for what is not to be seen yet
 * @throws PublishError, FileError, AppError `backup/*`, `source/*`
 */
export async function packMachine(
  dir: string,
  scratch: string,
  { about, backup, base }: MachineParts,
): Promise<CatalogEntry> {
  const { description } = backup;
  const container = await readContainer(base, description.machine.manifest);
  checkDisk(description, container);
  const disk = await packDisk(
    scratch,
    backup,
    await ChunkedFile.copy(join(scratch, 'base'), base, container.parts.disk),
  );
  const records = decodeChunkList(await readFile(disk.chunks), (await stat(disk.blob)).size);
  return packContainer(dir, {
    about,
    config: { ...container.config, title: about.title, version: about.version, diskSize: sizeOf(description) },
    disk,
    ...(await bootParts(base, container)),
    thumbnail: drawThumbnail(records),
  });
}

function checkDisk({ disk: { bytes, base } }: BackupDescription, { config, parts }: PublishedContainer): void {
  if (bytes === config.diskSize && base === parts.disk.blob.digest) return;
  throw new AppError('backup/altered', { detail: 'its disk is not one of its container' });
}

/** Bytes of the machine's disk. */
function sizeOf({ disk: { bytes, grownTo = bytes } }: BackupDescription): number {
  return grownTo;
}

/** What boots it. The boot reads nearly the same chunks as before, and the trace is no more than a hint. */
async function bootParts(base: Publication, { parts: { kernel, initrd, trace } }: PublishedContainer) {
  const whole = (blob: Descriptor | undefined) => (blob ? readBlob(base, blob) : undefined);
  const [kernelBytes, initrdBytes] = [await whole(kernel), await whole(initrd)];
  return { kernel: kernelBytes, initrd: initrdBytes, trace: trace && (await readTrace(base, trace)) };
}

async function readTrace(base: Publication, trace: Descriptor): Promise<Trace> {
  return parseJson(TraceSchema, await readBlobText(base, trace), base.locate(blobPath(trace.digest)));
}

async function packDisk(scratch: string, backup: OpenBackup, base: ChunkedFile): Promise<CompressedFile> {
  const image = join(scratch, 'disk');
  try {
    await writeDisk(image, backup, base.contents());
    return await compressInto(image, scratch, base);
  } finally {
    await base.close();
  }
}

/** The base's disk, and over it what the guest has written. It is known to be right only when `parts` has ended. */
async function writeDisk(
  path: string,
  { description, parts }: OpenBackup,
  chunks: AsyncIterable<Uint8Array | undefined>,
): Promise<void> {
  const { disk } = description;
  const file = await open(path, 'w');
  try {
    await writeBase(file, disk.bytes, chunks);
    await file.truncate(sizeOf(description));
    const assembly = new DiskAssembly({ bytes: sizeOf(description), head: disk.head });
    for await (const part of parts) if (part.type === 'disk') await layOver(file, assembly, part.bytes);
  } finally {
    await file.close();
  }
}

/** Zeros take no room. */
async function writeBase(
  file: FileHandle,
  bytes: number,
  chunks: AsyncIterable<Uint8Array | undefined>,
): Promise<void> {
  await file.truncate(bytes);
  let at = 0;
  for await (const chunk of chunks) {
    if (chunk) await file.write(chunk, 0, chunk.length, at);
    at += chunk?.length ?? CHUNK_BYTES;
  }
  if (at !== bytes) throw new PublishError(`The container’s disk has ${at} bytes instead of ${bytes}.`);
}

async function layOver(file: FileHandle, assembly: DiskAssembly, frame: Uint8Array<ArrayBuffer>): Promise<void> {
  const compression = await loadCompression();
  for (const entry of decodeDiskPiece(compression.decompress(frame, DISK_PIECE_BYTES))) {
    for (const { start, bytes } of assembly.add(entry)) await file.write(bytes, 0, bytes.length, start);
  }
}
