import { describe, expect, it } from 'vitest';
import { SharedFolder } from '#engines/v86/shared-folder.ts';
import { failureOf } from '../support/failure.ts';

/** Most bytes of a file: 256 MiB. */
const LIMIT = 268_435_456;

/** A share that holds one regular file, of a size that it only claims. */
function folderWith(size: number): { folder: SharedFolder; touched: string[] } {
  const touched: string[] = [];
  const emulator = {
    create_file: async (path: string) => void touched.push(path),
    read_file: async (path: string) => {
      touched.push(path);
      return new Uint8Array();
    },
  };
  const folder = new SharedFolder(emulator, {
    SearchPath: (path) => ({ id: path === '/file' ? 7 : -1, parentid: 0 }),
    CreateDirectory: () => 8,
    Unlink: (_, name) => touched.push(`-${name}`),
    GetInode: () => ({ size, mode: 0x81a4 }),
  });
  return { folder, touched };
}

describe('a file that is larger than what can pass at once', () => {
  const size = LIMIT + 1;

  it('is not read into memory', async () => {
    const { folder, touched } = folderWith(size);
    const data = { path: 'file', size, limit: LIMIT };
    expect(await failureOf(folder.read('file'))).toEqual({ code: 'file/too-large', data });
    expect(touched).toEqual([]);
  });

  it('takes no other’s place', async () => {
    const { folder, touched } = folderWith(1);
    // Only its length is looked at: so much memory is nothing for a test.
    const huge = Object.defineProperty(new Uint8Array(), 'length', { value: size });
    expect(await failureOf(folder.write('file', huge))).toMatchObject({ code: 'file/too-large', data: { size } });
    expect(touched).toEqual([]);
  });
});

it('a file of the largest size passes', async () => {
  const { folder, touched } = folderWith(LIMIT);
  await folder.read('file');
  expect(touched).toEqual(['/file']);
});
