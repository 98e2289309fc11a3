import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindingToAnnotations, CHUNK_BYTES, type CatalogEntry } from '#domain/container/index.ts';
import { sha256 } from '#storage/index.ts';
import { compressInto, packContainer, publish } from '../../../publishing/index.ts';
import { CONFIG } from '../../support/documents.ts';
import { noise } from '../../support/noise.ts';
import { diskOf } from '../../support/tiny-container.ts';

export interface Sample {
  readonly id?: string;
  readonly version?: string;
  /** Seeds of its disk's chunks; 0 for zeros. */
  readonly disk?: readonly number[];
  /** Bytes that its last chunk lacks. */
  readonly short?: number;
  readonly alone?: boolean;
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'portolan-publishing-'));
}

/** Publishes a small container that has every kind of part. */
export async function publishSample(dir: string, sample: Sample = {}): Promise<CatalogEntry> {
  const { id = 'sample', version = '1', disk = [1, 0, 2], short = 512, alone = false } = sample;
  const { entry } = await publish(dir, (scratch) => packSample(dir, scratch, { id, version, disk, short }), { alone });
  return entry;
}

type Whole = Required<Omit<Sample, 'alone'>>;

async function packSample(dir: string, scratch: string, { id, version, disk, short }: Whole): Promise<CatalogEntry> {
  const content = diskOf(disk, short);
  const diskFiles = await compress(scratch, 'disk', content);
  const state = await compress(
    scratch,
    'state',
    noise(
      CHUNK_BYTES + 100,
      disk.reduce((sum, seed) => sum + seed, 50),
    ),
  );
  const binding = {
    engine: 'v86',
    engineVersion: '1',
    memory: CONFIG.memory,
    disk: await sha256(Uint8Array.from(await readFile(diskFiles.blob))),
  };
  return packContainer(dir, {
    about: { id, title: id, summary: 'For tests.', version, tags: ['test'] },
    config: { ...CONFIG, title: id, version, diskSize: content.length },
    disk: diskFiles,
    kernel: noise(5000, 7),
    initrd: noise(3000, 8),
    snapshot: { ...state, annotations: bindingToAnnotations(binding) },
    trace: { schemaVersion: 1, chunks: [...disk.keys()].toReversed() },
    thumbnail: noise(900, 9),
  });
}

async function compress(scratch: string, name: string, content: Uint8Array) {
  const folder = join(scratch, name);
  await mkdir(folder);
  await writeFile(join(scratch, `${name}.img`), content);
  return compressInto(join(scratch, `${name}.img`), folder);
}

/** The image of a disk with a superblock as ext2 has it, and nothing else of a file system. */
export function ext2Image(
  chunks: number,
  { label = '', seed = 1, blocks = chunks * 128 } = {},
): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(chunks * CHUNK_BYTES);
  image.set(noise(4096, seed), 4096);
  const view = new DataView(image.buffer, 1024, 1024);
  view.setUint32(4, blocks, true);
  view.setUint32(24, 0, true);
  view.setUint16(56, 0xef53, true);
  image.set(new TextEncoder().encode(label), 1024 + 120);
  return image;
}

/** What the boot protocol wants at the beginning of a kernel. */
export function bzImage({ flags = 0, version = 0x20d } = {}): Uint8Array<ArrayBuffer> {
  const kernel = noise(4096, 3);
  kernel.set(new TextEncoder().encode('HdrS'), 0x202);
  const view = new DataView(kernel.buffer);
  view.setUint16(0x206, version, true);
  view.setUint16(0x236, flags, true);
  return kernel;
}

/** A PNG's first bytes; nobody looks at the rest. */
export const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
