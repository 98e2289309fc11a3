import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedPathParts } from '#domain/guest/index.ts';
import { failureOf } from '../support/failure.ts';

describe('a path below the shared folder', () => {
  it.each([
    ['a', ['a']],
    ['/a', ['a']],
    ['///a/b', ['a', 'b']],
    ['notes/today.txt', ['notes', 'today.txt']],
    ['.hidden/..also', ['.hidden', '..also']],
    ['a\\..\\b', ['a\\..\\b']],
    ['ü/日本/👍', ['ü', '日本', '👍']],
    ['x'.repeat(255), ['x'.repeat(255)]],
  ])('%j has the parts %j', (path, parts) => {
    expect(sharedPathParts(path)).toEqual(parts);
  });

  it.each([
    '',
    '/',
    '//',
    '.',
    '..',
    '../etc/passwd',
    'a/../../etc/passwd',
    'a/./b',
    'a//b',
    'a/',
    'a/..',
    'a\0b',
    'x'.repeat(256),
    // 128 letters, 256 bytes in UTF-8: Linux counts bytes.
    'ü'.repeat(128),
  ])('cannot be %j', async (path) => {
    expect(await failureOf(() => sharedPathParts(path))).toEqual({ code: 'file/bad-path', data: { path } });
  });

  it('never leads out of it', () => {
    const hostile = fc.array(fc.constantFrom('..', '.', '', 'a', '/', '\0', '\\'), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          hostile.map((parts) => parts.join('/')),
        ),
        (path) => {
          let parts: readonly string[];
          try {
            parts = sharedPathParts(path);
          } catch (error) {
            expect(error).toMatchObject({ code: 'file/bad-path' });
            return;
          }
          expect(posix.join('/host', ...parts)).toBe(['/host', ...parts].join('/'));
        },
      ),
    );
  });
});
