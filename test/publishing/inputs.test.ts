import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectDisk, readKernel, readThumbnail } from '../../publishing/index.ts';
import { bzImage, ext2Image, PNG, temporaryFolder } from './support/sample.ts';

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  path = join(folder, 'file');
  await mkdir(join(folder, 'folder'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the image of a disk', () => {
  it('is known by its superblock, which may name it', async () => {
    await writeFile(path, ext2Image(1, { label: 'tools' }));
    expect(await inspectDisk(path, { anything: false })).toEqual({ path, size: 131_072, label: 'tools' });
  });

  it('is anything that a kernel may read, if there is one', async () => {
    await writeFile(path, new Uint8Array(4096).fill(7));
    expect(await inspectDisk(path, { anything: true })).toEqual({ path, size: 4096, label: '' });
    await expect(inspectDisk(path, { anything: false })).rejects.toThrow('no ext2, ext3 or ext4 file system');
  });

  it.each([
    ['empty', new Uint8Array(), 'its 0 bytes are not whole sectors'],
    ['no whole sectors', new Uint8Array(1000), 'its 1000 bytes are not whole sectors'],
    [
      'shorter than its file system',
      ext2Image(1, { blocks: 129 }),
      'its file system has 132096 bytes, the file 131072',
    ],
  ])('that is %s is refused', async (_, content, message) => {
    await writeFile(path, content);
    await expect(inspectDisk(path, { anything: true })).rejects.toThrow(message);
  });

  it('has to be a file', async () => {
    await expect(inspectDisk(join(folder, 'gone'), { anything: true })).rejects.toThrow('it is not there');
    await expect(inspectDisk(join(folder, 'folder'), { anything: true })).rejects.toThrow('it is not a file');
  });
});

describe('a kernel', () => {
  it.each([
    ['for 32 bits', bzImage()],
    ['from before the flag for 64 bits', bzImage({ version: 0x20b, flags: 1 })],
  ])('%s is taken', async (_, kernel) => {
    await writeFile(path, kernel);
    expect(Uint8Array.from(await readKernel(path))).toEqual(kernel);
  });

  it.each([
    ['for 64 bits', bzImage({ flags: 1 }), 'it is a 64-bit kernel'],
    ['that is none', new Uint8Array(10), 'it is no kernel for PCs'],
  ])('%s is refused', async (_, kernel, message) => {
    await writeFile(path, kernel);
    await expect(readKernel(path)).rejects.toThrow(message);
  });
});

describe('a thumbnail', () => {
  it('is a PNG of up to a MiB', async () => {
    await writeFile(path, PNG);
    expect(await readThumbnail(path)).toHaveLength(PNG.length);
    await writeFile(path, 'GIF89a');
    await expect(readThumbnail(path)).rejects.toThrow('it is no PNG picture');
    await writeFile(path, new Uint8Array(1024 * 1024 + 1));
    await expect(readThumbnail(path)).rejects.toThrow('at most 1048576 are possible');
    await expect(readThumbnail(join(folder, 'gone'))).rejects.toThrow('it cannot be read');
  });
});
