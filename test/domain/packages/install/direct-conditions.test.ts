import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areApart, placesInShort } from '#domain/packages/install/direct-conditions.ts';

const owners = new Map(['/etc', '/usr', '/usr/lib', '/usr/share'].map((path) => [path, 'base-files']));

describe('places where nothing may be', () => {
  it('are the first new folder above them, once', () => {
    const absent = ['/usr/lib/python3/dist/a.pyc', '/usr/lib/python3/b.pyc', '/etc/isle.conf', '/lib/isle/x'];
    expect(placesInShort({ absent, noFolders: [] }, owners)).toEqual({
      absent: ['/usr/lib/python3', '/etc/isle.conf', '/lib/isle'],
      noFolders: [],
    });
  });

  it('have links among them, where these are in a new folder', () => {
    const noFolders = ['/usr/lib/isle/link', '/usr/share/link', '/initrd'];
    expect(placesInShort({ absent: [], noFolders }, owners)).toEqual({
      absent: ['/usr/lib/isle'],
      noFolders: ['/usr/share/link', '/initrd'],
    });
  });

  it('are kept to where those in short are', () => {
    const name = fc.constantFrom('etc', 'usr', 'lib', 'a', 'b');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const paths = fc.array(path);
    fc.assert(
      fc.property(paths, paths, paths, (absent, noFolders, there) => {
        const isThere = (each: string): boolean => there.some((one) => one === each || one.startsWith(`${each}/`));
        const short = placesInShort({ absent, noFolders }, owners);
        fc.pre(!short.absent.some(isThere));
        expect(absent.filter(isThere)).toEqual([]);
        const checked = new Set(short.noFolders);
        expect(noFolders.filter((each) => !checked.has(each) && isThere(each))).toEqual([]);
      }),
    );
  });
});

describe('packages that are written', () => {
  const put = (paths: readonly string[], folders: readonly string[] = []) => ({ paths, folders });
  it.each([
    ['in any order, where they share folders', [put(['/usr/bin/a'], ['/usr']), put(['/usr/bin/b'], ['/usr'])], true],
    ['in theirs, where two have the same file', [put(['/usr/bin/a']), put(['/bin/a'])], false],
    ['in theirs, where one has a link at another one’s folder', [put(['/usr/lib/a']), put([], ['/lib/a'])], false],
    ['in theirs, where a file is below another one’s link', [put(['/usr/a/b/c']), put(['/usr/a'])], false],
    ['in any order, where one names its file twice', [put(['/bin/a', '/usr/bin/a']), put(['/usr/bin/ab'])], true],
  ])('are so %s', (_, packages, isApart) => {
    expect(areApart(packages)).toBe(isApart);
    expect(areApart(packages.toReversed())).toBe(isApart);
  });
});
