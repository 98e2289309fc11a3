import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTar } from '#domain/packages/archive/index.ts';
import { addDebconf } from '../../images/build/debconf.ts';
import { effectsOf, parseListing } from '../../images/build/tree-changes.ts';
import { bytesOf, inPieces } from '../domain/packages/archive/support/reading.ts';
import { tarOf } from '../domain/packages/archive/support/tar-writer.ts';

type Row = readonly [path: string, type: string, mode: string, owner: string, size: number, changed: number];

/** As `find` writes it. */
const listing = (...rows: readonly Row[]) =>
  parseListing(
    rows
      .map(
        ([path, type, mode, owner, size, changed]) =>
          `${[path, type, mode, owner, '0', size, changed, ''].join('\0')}\0`,
      )
      .join(''),
  );

const ETC: Row = ['etc', 'd', '755', '0', 4096, 1];
const HOSTS: Row = ['etc/hosts', 'f', '644', '0', 9, 1];
const CONF: Row = ['etc/isle.conf', 'f', '644', '0', 5, 1];
const LOGS: Row = ['var/log/isle', 'd', '755', '0', 4096, 1];
const OWNER = {
  own: new Set(['etc/isle.conf', 'var/log/isle']),
  conffiles: new Set(['etc/isle.conf']),
  isUnpacking: false,
};

describe('what scripts of a package leave', () => {
  it.each<[string, readonly Row[], readonly Row[], string[], boolean]>([
    ['is what was not there before', [ETC], [ETC, ['etc/new', 'f', '600', '5', 1, 2]], ['etc/new'], false],
    [
      'is what of its own has another owner',
      [ETC, LOGS],
      [ETC, ['var/log/isle', 'd', '755', '5', 4096, 2]],
      ['var/log/isle'],
      false,
    ],
    ['is not that a folder holds something else', [ETC], [['etc', 'd', '755', '0', 8192, 2]], [], false],
    [
      'is not a configuration file, which dpkg puts there',
      [['etc/isle.conf.dpkg-new', 'f', '644', '0', 5, 1]],
      [CONF],
      [],
      false,
    ],
    [
      'is not what dpkg keeps itself',
      [],
      [
        ['var/lib/dpkg/status', 'f', '644', '0', 5, 1],
        ['etc/ld.so.cache', 'f', '644', '0', 5, 1],
      ],
      [],
      false,
    ],
    [
      'is dpkg’s notes of alternatives',
      [],
      [['var/lib/dpkg/alternatives/js', 'f', '644', '0', 5, 1]],
      ['var/lib/dpkg/alternatives/js'],
      false,
    ],
    ['is more, where they change what is another’s', [HOSTS], [['etc/hosts', 'f', '644', '0', 12, 2]], [], true],
    ['is more, where they change it and leave its size', [HOSTS], [['etc/hosts', 'f', '644', '0', 9, 2]], [], true],
    ['is more, where another’s folder gets another mode', [ETC], [['etc', 'd', '700', '0', 4096, 2]], [], true],
    ['is more, where they remove what is another’s', [ETC, HOSTS], [ETC], [], true],
  ])('%s', (_, before, after, made, isMore) => {
    expect(effectsOf(listing(...before), listing(...after), OWNER)).toEqual({ made, isMore });
  });

  it('is, while it is unpacked, only what it has not brought', () => {
    const after = listing(CONF, LOGS, ['var/lib/told', 'f', '644', '0', 0, 1]);
    expect(effectsOf(listing(), after, { ...OWNER, isUnpacking: true })).toEqual({
      made: ['var/lib/told'],
      isMore: false,
    });
  });
});

describe('what they ask through debconf', () => {
  const FILE = 'var/cache/debconf/config.dat';
  const database = (stanzas: Readonly<Record<string, string>>) => new Map([[FILE, new Map(Object.entries(stanzas))]]);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portolan-'));
    await writeFile(join(folder, 'tar'), tarOf([{ name: './etc/new', content: Buffer.from('a\0\0') }]));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is added to the others, as stanzas', async () => {
    const after = database({ old: 'Name: old', isle: 'Name: isle\nOwners: isle' });
    const tar = await addDebconf(join(folder, 'tar'), database({ old: 'Name: old' }), after);
    const found: [string, string][] = [];
    for await (const { name, body } of readTar(inPieces(tar ?? new Uint8Array()), { what: 'it' }))
      found.push([name, Buffer.from(await bytesOf(body)).toString()]);
    expect(found).toEqual([
      ['./etc/new', 'a\0\0'],
      [FILE, 'Name: isle\nOwners: isle\n'],
    ]);
  });

  it('is not known where an answer that was there is another', async () => {
    const after = database({ old: 'Name: old\nValue: 2' });
    expect(await addDebconf(join(folder, 'tar'), database({ old: 'Name: old' }), after)).toBeUndefined();
  });
});
