import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blobPath, decodeChunkList, readManifest } from '#domain/container/index.ts';
import { BLOCK_BYTES, SECTOR_BYTES } from '#domain/disk/index.ts';
import { OverlayLog, type DiskIdentity } from '#domain/overlay/index.ts';
import { loadCompression } from '#storage/index.ts';
import { builtFiles, manifestOf } from '../../../support/built-catalog.ts';
import { ADMIN_ENV, unpackDisk } from '../../../support/disk-image.ts';
import { FaultyStore } from '../../../domain/support/faulty-store.ts';
import { Random } from '../../../domain/support/random.ts';

const run = promisify(execFile);

/** The files in which a machine keeps its disk, as they were found. */
export type FoundFiles = Readonly<Record<'log' | 'manifest-0' | 'manifest-1', Uint8Array>>;

export interface Examination {
  /** What e2fsck complains about once the journal was replayed; undefined when it is clean. */
  readonly complaint: string | undefined;
  /** Content of a file of the folder that was asked for; undefined when it is not there. */
  readonly contentOf: (name: string) => Promise<Buffer | undefined>;
}

/**
 * Looks at what a machine has kept of its disk from outside, as somebody would who found the device: puts the log over
 * the container's disk and has e2fsprogs judge the file system.
 */
export class DiskExaminer {
  readonly #folder: string;
  readonly #disk: DiskIdentity;

  /** Of the container `id` of the built catalog. */
  static async open(id: string): Promise<DiskExaminer> {
    const files = await builtFiles();
    const bytesOf = (digest: Parameters<typeof blobPath>[0]): Uint8Array => {
      const bytes = files.get(blobPath(digest));
      if (!bytes) throw new Error(`the built catalog has no ${digest}`);
      return bytes;
    };
    const { disk } = readManifest(new TextDecoder().decode(bytesOf(manifestOf(id, files).digest)));
    const records = decodeChunkList(bytesOf(disk.chunks.digest), disk.blob.size);
    const folder = await mkdtemp(join(tmpdir(), 'portolan-crashes-'));
    await unpackDisk({ blob: bytesOf(disk.blob.digest), records }, join(folder, 'base'), await loadCompression());
    const file = await open(join(folder, 'base'));
    const { size } = await file.stat();
    await file.close();
    return new DiskExaminer(folder, { bytes: size, base: disk.blob.digest });
  }

  private constructor(folder: string, disk: DiskIdentity) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** @param directory of the guest, whose files can be asked for until the next examination */
  async examine(found: FoundFiles, directory: string): Promise<Examination> {
    const image = join(this.#folder, 'image');
    await run('cp', ['--sparse=always', join(this.#folder, 'base'), image]);
    await this.#layOver(found, image);
    // Replays the journal and finishes what was being deleted, as mounting does; the second look finds what is wrong.
    const complaint = (await failureOf(['-p', image], 1)) ?? (await failureOf(['-fn', image], 0));
    const files = join(this.#folder, 'files');
    await rm(files, { recursive: true, force: true });
    await mkdir(files);
    await run('debugfs', ['-R', `rdump ${directory} ${files}`, image], { env: ADMIN_ENV });
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    return { complaint, contentOf: (file) => readFile(join(files, name, file)).catch(() => undefined) };
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  async #layOver(found: FoundFiles, image: string): Promise<void> {
    const store = new FaultyStore(new Random(1));
    for (const [name, bytes] of Object.entries(found)) store.file(name).write(0, bytes);
    const manifests = [store.file('manifest-0'), store.file('manifest-1')] as const;
    const log = OverlayLog.open({ log: store.file('log'), manifests }, this.#disk);
    const file = await open(image, 'r+');
    for (let at = 0; at < this.#disk.bytes; at += BLOCK_BYTES) if (isWritten(log, at)) await writeBlock(log, file, at);
    await file.close();
  }
}

function isWritten(log: OverlayLog, block: number): boolean {
  for (let at = 0; at < BLOCK_BYTES; at += SECTOR_BYTES) if (log.covers(block + at, SECTOR_BYTES)) return true;
  return false;
}

async function writeBlock(log: OverlayLog, file: FileHandle, at: number): Promise<void> {
  const block = new Uint8Array(BLOCK_BYTES);
  await file.read(block, 0, BLOCK_BYTES, at);
  log.apply(at, block);
  await file.write(block, 0, BLOCK_BYTES, at);
}

/** What e2fsck says when its status is higher than `allowed` (e2fsck(8): 1 means that errors were corrected). */
async function failureOf(args: readonly string[], allowed: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile('e2fsck', [...args], { env: ADMIN_ENV }, (_error, stdout, stderr) => {
      const status = child.exitCode ?? -1;
      resolve(status >= 0 && status <= allowed ? undefined : `e2fsck ${args[0]}: ${stdout}${stderr}`.trim());
    });
  });
}
