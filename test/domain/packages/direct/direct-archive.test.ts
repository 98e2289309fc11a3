import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar, type TarEntry } from '#domain/packages/archive/index.ts';
import { DirectArchive, parseUnpackRules, type DirectFiles, type UnpackTexts } from '#domain/packages/direct/index.ts';
import { unpack } from '#storage/index.ts';
import { debOf } from '../archive/support/deb-writer.ts';
import { withEffects } from '../archive/support/extra-members.ts';
import { bytesOf, inPieces } from '../archive/support/reading.ts';
import { tarOf, type WrittenEntry } from '../archive/support/tar-writer.ts';

const NOTHING: UnpackTexts = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
const CONTROL = `Package: isle
Version: 1.0
Architecture: i386
Maintainer: A <a@isle.test>
Description: An isle
 with a harbour
Homepage: about:blank
Depends: sea
`;
const text = (content: string): Uint8Array => Buffer.from(content);

function control(files: Readonly<Record<string, string>> = {}, stanza = CONTROL): WrittenEntry[] {
  const all = Object.entries({ control: stanza, ...files });
  return all.map(([name, content]) => ({
    name: `./${name}`,
    mode: name === 'postinst' ? 0o755 : 0o644,
    content: text(content),
  }));
}

const DATA: readonly WrittenEntry[] = [
  { name: './', type: 'folder', mode: 0o755 },
  { name: './etc/', type: 'folder', mode: 0o755 },
  { name: './etc/isle.conf', content: text('depth = 3\n') },
  { name: './usr/', type: 'folder', mode: 0o755 },
  { name: './usr/bin/', type: 'folder', mode: 0o755 },
  { name: './usr/bin/isle', mode: 0o4755, uname: 'harbour', uid: 7, content: text('an isle') },
  { name: './usr/bin/island', type: 'hard-link', linkName: './usr/bin/isle' },
  { name: './usr/share/man/', type: 'folder', mode: 0o755 },
  { name: './usr/share/man/isle.1', content: text('manual') },
  { name: './usr/share/isle', type: 'symbolic-link', linkName: '../bin/isle' },
];

interface Written {
  readonly files: DirectFiles;
  readonly entries: readonly { readonly header: Omit<TarEntry, 'body'>; readonly content: string }[];
}

async function write(deb: Uint8Array, isConfigured: boolean, texts: Partial<UnpackTexts> = {}): Promise<Written> {
  const archive = new DirectArchive(parseUnpackRules({ ...NOTHING, ...texts }));
  await archive.add(inPieces(deb), { decompress: unpack, isConfigured });
  const files = archive.finish();
  const entries: Written['entries'][number][] = [];
  for await (const { body, ...header } of readTar(inPieces(files.archive), { what: 'it' }))
    entries.push({ header, content: Buffer.from(await bytesOf(body)).toString() });
  return { files, entries };
}

const namesOf = ({ entries }: Written): string[] => entries.map(({ header }) => header.name);

describe('a package that is written as dpkg would unpack it', () => {
  it('has its files with modes, owners and links, and what dpkg keeps of it', async () => {
    const deb = debOf(DATA, { control: control({ postinst: '#!/bin/sh\n', conffiles: '/etc/isle.conf\n' }) });
    const written = await write(deb, false);
    expect(namesOf(written)).toEqual([
      'etc',
      'etc/isle.conf.dpkg-new',
      'usr',
      'usr/bin',
      'usr/bin/isle',
      'usr/bin/island',
      'usr/share/man',
      'usr/share/man/isle.1',
      'usr/share/isle',
      'var/lib/dpkg/info/isle.postinst',
      'var/lib/dpkg/info/isle.conffiles',
      'var/lib/dpkg/info/isle.list',
      'var/lib/dpkg/info/isle.md5sums',
    ]);
    const find = (name: string) => written.entries.find(({ header }) => header.name === name);
    expect(find('usr/bin/isle')).toMatchObject({
      header: { mode: 0o4755, uname: 'harbour', uid: 7 },
      content: 'an isle',
    });
    expect(find('usr/bin/island')?.header).toMatchObject({ type: 'hard-link', linkName: 'usr/bin/isle' });
    expect(find('usr/share/isle')?.header).toMatchObject({ type: 'symbolic-link', linkName: '../bin/isle' });
    expect(find('var/lib/dpkg/info/isle.list')?.content).toBe(
      '/.\n/etc\n/etc/isle.conf\n/usr\n/usr/bin\n/usr/bin/isle\n/usr/bin/island\n/usr/share/man\n/usr/share/man/isle.1\n/usr/share/isle\n',
    );
  });

  it('has large files without their contents, which come beside the archive', async () => {
    const large = Buffer.alloc(1024 * 1024 + 7, 'deep ');
    const small = large.subarray(0, -8);
    const file = (name: string, content: Uint8Array, mtime = 7): WrittenEntry => ({
      name,
      mode: 0o755,
      mtime,
      content,
    });
    const data = [file('./usr/bin/deep', large), file('./usr/bin/less', small), file('./usr/bin/it’s deep', large)];
    const sums = control({ md5sums: `${'0'.repeat(32)}  usr/bin/deep\n` });
    const written = await write(debOf(data, { control: sums }), false);
    const sizes = written.entries.slice(0, 3).map(({ header, content }) => [header.name, header.mode, content.length]);
    // A shell would not take the last name as it is.
    expect(sizes).toEqual([
      ['usr/bin/deep', 0o755, 0],
      ['usr/bin/less', 0o755, small.length],
      ['usr/bin/it’s deep', 0o755, large.length],
    ]);
    expect(written.files.large).toEqual([{ path: 'usr/bin/deep', mtime: 7, content: Uint8Array.from(large) }]);
  });

  it('has an empty list where it has no files: dpkg would read nothing any more after an empty line', async () => {
    const written = await write(debOf([], { control: control() }), false);
    expect(written.entries.map(({ header, content }) => [header.name, content])).toEqual([
      ['var/lib/dpkg/info/isle.list', ''],
      ['var/lib/dpkg/info/isle.md5sums', ''],
    ]);
  });

  it('is in the status file, its fields in dpkg’s order, its scripts still to be run', async () => {
    const deb = debOf(DATA, { control: control({ conffiles: '/etc/isle.conf\n' }) });
    const { files } = await write(deb, false);
    expect(files.added['var/lib/dpkg/status']).toBe(`Package: isle
Status: install ok unpacked
Maintainer: A <a@isle.test>
Architecture: i386
Version: 1.0
Depends: sea
Conffiles:
 /etc/isle.conf newconffile
Description: An isle
 with a harbour
Homepage: about:blank

`);
  });

  it('has its fields there as dpkg keeps them: without blanks around, and with those inside', async () => {
    const odd =
      'Package:isle\nVersion: \t1.0 \nArchitecture: all\nTag:\n sea, \n land\n\t\nDescription: An isle  \n of\u2028one line \n';
    const { files } = await write(debOf(DATA, { control: control({}, odd) }), false);
    expect(files.added['var/lib/dpkg/status']).toBe(`Package: isle
Status: install ok unpacked
Architecture: all
Version: 1.0
Description: An isle ${' '}
 of\u2028one line
Tag: ${''}
 sea, ${''}
 land

`);
  });

  it('with what its scripts leave is installed, its configuration files in place', async () => {
    const effects = tarOf([
      { name: '.', type: 'folder' },
      { name: 'var/lib/isle', content: text('ready') },
      { name: 'var/lib/dpkg/status', content: text('forged') },
      { name: 'var/cache/debconf/config.dat', content: text('Name: isle/depth\nOwners: isle\n') },
    ]);
    const plain = debOf(DATA, { control: control({ conffiles: '/etc/isle.conf\n' }) });
    const written = await write(withEffects(plain, effects), true);
    expect(namesOf(written)).toContain('var/lib/isle');
    expect(namesOf(written)).toContain('etc/isle.conf');
    expect(namesOf(written)).not.toContain('var/lib/dpkg/status');
    const { added } = written.files;
    expect(added['var/lib/dpkg/status']).toContain('Status: install ok installed\n');
    expect(added['var/lib/dpkg/status']).toContain('Conffiles:\n /etc/isle.conf ac333f672b07872feccf84c10e1c789c\n');
    expect(added['var/cache/debconf/config.dat']).toBe('\nName: isle/depth\nOwners: isle\n');
  });

  it('without them has nothing of what they leave, even where that is known', async () => {
    const plain = debOf(DATA, { control: control() });
    const effects = tarOf([{ name: 'var/lib/isle', content: text('ready') }]);
    expect(await write(withEffects(plain, effects), false)).toEqual(await write(plain, false));
  });

  it('leaves out what the machine does not want, but lists it', async () => {
    const config = 'path-exclude /usr/share/man/*\npath-include=/usr/share/man/fr/*\n';
    const written = await write(debOf(DATA, { control: control() }), false, { config });
    expect(namesOf(written)).toContain('usr/share/man');
    expect(namesOf(written)).not.toContain('usr/share/man/isle.1');
    const list = written.entries.find(({ header }) => header.name === 'var/lib/dpkg/info/isle.list');
    expect(list?.content).toContain('/usr/share/man/isle.1\n');
  });

  it('tells dpkg which triggers it sets off, and which it is interested in', async () => {
    const triggers = 'interest-noawait isle-reload\ninterest /usr/share/isles\nactivate-noawait ldconfig # all\n';
    const fileTriggers = '/usr/bin runit/noawait\n/usr/sbin runit/noawait\n';
    const { files } = await write(debOf(DATA, { control: control({ triggers }) }), false, { fileTriggers });
    expect(files.added).toMatchObject({
      'var/lib/dpkg/triggers/isle-reload': 'isle/noawait\n',
      'var/lib/dpkg/triggers/File': '/usr/share/isles isle\n',
      'var/lib/dpkg/triggers/Unincorp': 'ldconfig -\n/usr/bin -\n',
    });
  });

  it('of which there may be several is called with its architecture', async () => {
    const stanza = `${CONTROL}Multi-Arch: same\n`;
    const written = await write(debOf([], { control: control({ md5sums: 'x' }, stanza) }), false);
    expect(namesOf(written)).toEqual(['var/lib/dpkg/info/isle:i386.md5sums', 'var/lib/dpkg/info/isle:i386.list']);
  });

  it('keeps every name and content, however long', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 150, unit: 'grapheme' })
      .filter((each) => !/[/\0]|^\.\.?$/.test(each));
    const file = fc.record({ name, content: fc.uint8Array({ maxLength: 1500 }) });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: (each) => each.name }), async (files) => {
        const data = files.map((each) => ({ name: `./${each.name}`, content: each.content }));
        const { entries } = await write(debOf(data, { control: control() }), false);
        const found = new Map(entries.map(({ header, content }) => [header.name, content]));
        for (const each of files) expect(found.get(each.name)).toBe(Buffer.from(each.content).toString());
      }),
      { numRuns: 60 },
    );
  });
});
