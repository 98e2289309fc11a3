import { describe, expect, it } from 'vitest';
import { PathGuard, type GuardedPath, type TarEntryType, type TarHeader } from '#domain/packages/archive/index.ts';
import { failureOf } from '../../../support/failure.ts';

type Short = readonly [type: TarEntryType, name: string, linkName?: string];

function headerOf([type, name, linkName = '']: Short): TarHeader {
  const owner = { uid: 0, gid: 0, uname: '', gname: '', major: 0, minor: 0 };
  return { type, name, linkName, mode: 0o644, mtime: 0, size: 0, ...owner };
}

function pathsOf(...entries: readonly Short[]): GuardedPath[] {
  const guard = new PathGuard();
  return entries.map((entry) => guard.next(headerOf(entry)));
}

describe('where entries belong', () => {
  it('is said without dots and slashes that mean nothing', () => {
    expect(pathsOf(['folder', './'], ['folder', './usr/'], ['file', 'usr/./bin//sh'])).toEqual([
      { path: '' },
      { path: 'usr' },
      { path: 'usr/bin/sh' },
    ]);
  });

  it('is found behind links that stay inside', () => {
    const [, , moved, deep] = pathsOf(
      ['symbolic-link', './lib64', 'usr/lib'],
      ['symbolic-link', './usr/lib', '../lib/../lib'],
      ['file', './lib64/libc.so'],
      ['file', './usr/lib/x/y'],
    );
    expect([moved, deep]).toEqual([{ path: 'lib/libc.so' }, { path: 'lib/x/y' }]);
  });

  it('is said for the file of a hard link, too', () => {
    expect(pathsOf(['file', './a/b'], ['hard-link', './c', './a/b'])[1]).toEqual({ path: 'c', linkPath: 'a/b' });
  });

  it('may be said twice: the later one replaces the earlier', () => {
    expect(pathsOf(['file', 'a'], ['symbolic-link', 'a', 'b'], ['file', 'a'], ['file', 'b'])).toHaveLength(4);
  });

  it('may have links to anywhere on a system whose root this becomes', () => {
    expect(
      pathsOf(['symbolic-link', './etc/mtab', '/proc/mounts'], ['symbolic-link', './bin', 'usr/bin']),
    ).toHaveLength(2);
  });
});

describe('what leads out', () => {
  const cases: readonly (readonly [what: string, entries: readonly Short[]])[] = [
    ['a name from the root', [['file', '/etc/passwd']]],
    ['dots at the begin', [['file', '../x']]],
    ['dots in the middle', [['file', './usr/../../x']]],
    ['dots at the end', [['folder', './usr/..']]],
    ['a link beyond the root', [['symbolic-link', './usr/x', '../../etc']]],
    ['a link beyond the root and back', [['symbolic-link', './x', '../root/y']]],
    [
      'a file behind an absolute link',
      [
        ['symbolic-link', './x', '/etc'],
        ['file', './x/passwd'],
      ],
    ],
    [
      'a file behind the root as a link',
      [
        ['symbolic-link', './x', '/'],
        ['file', './x/etc/passwd'],
      ],
    ],
    ['a hard link from the root', [['hard-link', './x', '/etc/passwd']]],
    ['a hard link with dots', [['hard-link', './x', '../../etc/passwd']]],
    [
      'a hard link behind a link',
      [
        ['symbolic-link', './x', '/etc'],
        ['hard-link', './y', './x/passwd'],
      ],
    ],
    [
      'a link that is less deep than it looks',
      [
        ['symbolic-link', './here', '.'],
        ['symbolic-link', './up', 'here/here/../..'],
        ['file', './up/x'],
      ],
    ],
    [
      'a link that replaces a file',
      [
        ['file', './x'],
        ['symbolic-link', './x', '/tmp'],
        ['symbolic-link', './x/y', 'z'],
      ],
    ],
    [
      'a link to a link by another name',
      [
        ['symbolic-link', './x', '/etc'],
        ['hard-link', './y', './x'],
        ['file', './y/z'],
      ],
    ],
  ];

  it.each(cases)('is refused: %s', async (_, entries) => {
    expect(await failureOf(() => pathsOf(...entries))).toMatchObject({ code: 'archive/escape' });
  });
});

describe('what no file system can have', () => {
  const cases: readonly (readonly [what: string, entries: readonly Short[]])[] = [
    [
      'a file in a file',
      [
        ['file', './x'],
        ['file', './x/y'],
      ],
    ],
    [
      'a folder where a file is',
      [
        ['file', './x'],
        ['folder', './x'],
      ],
    ],
    [
      'a file where a folder is',
      [
        ['file', './x/y'],
        ['file', './x'],
      ],
    ],
    [
      'a link where a folder is',
      [
        ['folder', './x'],
        ['symbolic-link', './x', 'y'],
      ],
    ],
    ['a file as the root', [['file', './']]],
    ['a hard link to nothing', [['hard-link', './x', './y']]],
    [
      'a hard link to itself',
      [
        ['file', './x'],
        ['hard-link', './x', 'x'],
      ],
    ],
    [
      'a hard link to a folder',
      [
        ['folder', './x'],
        ['hard-link', './y', './x'],
      ],
    ],
    [
      'links in a circle',
      [
        ['symbolic-link', './x', 'y'],
        ['symbolic-link', './y', 'x'],
        ['file', './x/z'],
      ],
    ],
    ['NUL in a name', [['file', './x\0y']]],
    ['a link to an empty name', [['symbolic-link', './x', '']]],
  ];

  it.each(cases)('is refused: %s', async (_, entries) => {
    expect(await failureOf(() => pathsOf(...entries))).toMatchObject({ code: 'archive/damaged' });
  });

  it('is told without what terminals would obey', async () => {
    const { data } = await failureOf(() => pathsOf(['file', '../\u001b[2Jx']));
    expect(data['path']).toBe('../[2Jx');
  });
});
