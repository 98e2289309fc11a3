import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, type CatalogEntry } from '#domain/container/index.ts';
import {
  difference,
  inventory,
  openPublication,
  packMachine,
  publish,
  verifyPublication,
  withBackupFile,
  type MachineParts,
} from '../../publishing/index.ts';
import { ChunkedFile } from '../../publishing/reading/chunked-file.ts';
import { readContainer, type PublishedContainer } from '../../publishing/reading/containers.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { diskOf } from '../support/tiny-container.ts';
import { writeMachineFile, type MachineFile } from './support/machine-file.ts';
import { publishSample, temporaryFolder } from './support/sample.ts';

const ABOUT = {
  id: 'mine',
  title: 'Mine',
  summary: '',
  version: '1',
  tags: [],
} satisfies MachineParts['about'];
/** Three sectors across the end of the first chunk, then one of them again, and zeros over something. */
const WRITES = [
  { start: 128 * 1024 - 512, bytes: noise(3 * 512, 40) },
  { start: 128 * 1024, bytes: noise(512, 41) },
  { start: 2 * 128 * 1024 + 8192, bytes: new Uint8Array(8192) },
];

let folder: string;
let container: CatalogEntry;
/** What its disk holds. */
const content = diskOf([1, 0, 2], 512);

beforeEach(async () => {
  folder = await temporaryFolder();
  container = await publishSample(join(folder, 'base'));
});
afterEach(() => rm(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);

async function partsOf(dir: string, { manifest }: CatalogEntry) {
  return readContainer(await openPublication(path(dir)), manifest);
}

async function diskContent(dir: string, { parts }: PublishedContainer): Promise<Buffer> {
  const file = await ChunkedFile.copy(path('copy'), await openPublication(path(dir)), parts.disk);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.contents()) chunks.push(chunk ?? new Uint8Array(CHUNK_BYTES));
  await file.close();
  return Buffer.concat(chunks);
}

async function writeMachine(
  changes: Partial<{ base: string; bytes: number }> = {},
  more: Partial<MachineFile> = {},
): Promise<void> {
  const base = (await partsOf('base', container)).parts.disk.blob.digest;
  const disk = { bytes: content.length, base, ...changes };
  await writeMachineFile(path('machine'), { container, disk, writes: WRITES, ...more });
}

function pack(dir: string): Promise<CatalogEntry> {
  return withBackupFile(path('machine'), async (backup) => {
    const base = await openPublication(path('base'));
    const parts = { about: ABOUT, backup, base };
    const packed = await publish(path(dir), (scratch) => packMachine(path(dir), scratch, parts), { alone: false });
    return packed.entry;
  });
}

describe('a machine that was exported', () => {
  it('becomes a container: the disk as its guest left it, and what boots it', async () => {
    await writeMachine();
    const entry = await pack('new');
    expect((await verifyPublication(await openPublication(path('new')))).problems).toEqual([]);
    const [before, after] = [await partsOf('base', container), await partsOf('new', entry)];
    for (const { start, bytes } of WRITES) content.set(bytes, start);
    expect((await diskContent('new', after)).equals(content)).toBe(true);
    expect([after.parts.kernel, after.parts.initrd, after.parts.trace]).toEqual([
      before.parts.kernel,
      before.parts.initrd,
      before.parts.trace,
    ]);
    expect(after.config).toEqual({ ...before.config, title: 'Mine', version: '1' });
    // A state of another disk would be refused.
    expect(after.parts.snapshots).toEqual([]);
    const { parts } = difference(
      await inventory(await openPublication(path('base')), container.manifest),
      await inventory(await openPublication(path('new')), entry.manifest),
    );
    // The chunk of zeros holds two sectors now, and its neighbours have changed: who has the base fetches these three.
    expect(parts.find(({ part }) => part === 'disk')?.fetch.pieces).toBe(3);
  });

  it('becomes a container with a disk as large as the machine’s', async () => {
    const grownTo = 1024 * 1024;
    const writes = [...WRITES, { start: grownTo - 4096, bytes: noise(4096, 42) }];
    await writeMachine({}, { grownTo, writes });
    const entry = await pack('new');
    expect((await verifyPublication(await openPublication(path('new')))).problems).toEqual([]);
    const packed = await partsOf('new', entry);
    const expected = Buffer.alloc(grownTo);
    expected.set(content);
    for (const { start, bytes } of writes) expected.set(bytes, start);
    expect(packed.config.diskSize).toBe(grownTo);
    expect(Buffer.compare(await diskContent('new', packed), expected)).toBe(0);
  });

  it('gives the same digests again', async () => {
    await writeMachine();
    expect((await pack('other')).manifest).toEqual((await pack('new')).manifest);
  });

  it('is not packed when it was damaged, or is of another disk, and the catalog stays as it was', async () => {
    await writeMachine();
    await publishSample(path('new'));
    const catalog = await readFile(path('new/catalog.json'));
    const file = await readFile(path('machine'));
    file.writeUInt8(file.readUInt8(file.length >> 1) ^ 1, file.length >> 1);
    await writeFile(path('machine'), file);
    expect(await failureOf(pack('new'))).toMatchObject({ code: 'backup/altered' });
    await writeFile(path('machine'), file.subarray(0, -600));
    expect(await failureOf(pack('new'))).toMatchObject({ code: expect.stringMatching(/^backup\//) as string });
    for (const other of [{ base: 'sha256:other' }, { bytes: content.length + 512 }]) {
      await writeMachine(other);
      expect(await failureOf(pack('new'))).toMatchObject({ code: 'backup/altered' });
    }
    expect(await readFile(path('new/catalog.json'))).toEqual(catalog);
  });
});
