import { describe, expect, it } from 'vitest';
import { aroundMember, EFFECTS_MEMBER, readDeb, storeDeb } from '#domain/packages/archive/index.ts';
import type { UnpackTexts } from '#domain/packages/direct/index.ts';
import {
  dpkgRuns,
  proposeInstall,
  readDebFacts,
  type DebFacts,
  type MachinePackages,
} from '#domain/packages/install/index.ts';
import { unpack } from '#storage/index.ts';
import { debOf } from '../archive/support/deb-writer.ts';
import { PACKINGS } from '../archive/support/packing.ts';
import { inPieces, readAll } from '../archive/support/reading.ts';
import type { WrittenEntry } from '../archive/support/tar-writer.ts';
import { failureOf } from '../../../support/failure.ts';

const FILES: readonly WrittenEntry[] = [
  { name: './', type: 'folder', mode: 0o755 },
  { name: './usr/', type: 'folder', mode: 0o755 },
  { name: './usr/chart', content: Buffer.from('a chart') },
  { name: './usr/map', type: 'symbolic-link', linkName: 'chart' },
];
const control = (text: string): readonly WrittenEntry[] => [{ name: './control', content: Buffer.from(text) }];
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const STATUS = new TextEncoder().encode(`Package: dpkg
Status: install ok installed
Version: 1.21
Architecture: i386

Package: shore
Status: install ok installed
Version: 2.0
Architecture: all
`);
const LISTS = ['==> shore.list <==', '/.', '/usr/bin/shore', '', '==> shore:i386.list <==', '/bin/old'].join('\n');
const UNPACKING: UnpackTexts = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
const MACHINE: MachinePackages = {
  status: STATUS,
  lists: LISTS,
  unpacking: UNPACKING,
  extendedStates: '',
  freeBytes: 2 ** 30,
};

function facts(stanza: string, paths: readonly string[] = [], version = '1.0', more: Partial<DebFacts> = {}): DebFacts {
  return {
    name: /^Package: (.*)$/m.exec(stanza)?.[1] ?? '',
    control: new TextEncoder().encode(`Version: ${version}
Architecture: all
${stanza}
`),
    paths,
    folders: [],
    links: [],
    scripts: new Set(),
    conffiles: [],
    triggers: [],
    hasEffects: false,
    effects: [],
    ...more,
  };
}

describe('a package that is chosen', () => {
  it.each(PACKINGS)('packed with %s is read, and is the same without packing', async (packing) => {
    const deb = debOf(FILES, { packing, control: control('Package: charts\nVersion: 1\n') });
    const found = await readDebFacts(inPieces(deb), { decompress: unpack });
    expect([text(found.control), found.paths]).toEqual(['Package: charts\nVersion: 1\n', ['/usr/chart', '/usr/map']]);
    const stored = await storeDeb(inPieces(deb), { decompress: unpack });
    expect(text(stored)).toContain('control.tar     ');
    const entries = (bytes: Uint8Array) => readAll(readDeb(inPieces(bytes), { decompress: unpack }));
    expect(await entries(stored)).toEqual(await entries(deb));
  });

  it('goes to dpkg without what this would pass over', async () => {
    const deb = debOf(FILES);
    const { before, after } = aroundMember(EFFECTS_MEMBER, deb.length, 1000);
    const more = Buffer.concat([deb, before, Buffer.alloc(1000), after]);
    const [stored, same] = [more, deb].map((bytes) => storeDeb(inPieces(bytes), { decompress: unpack }));
    expect(await stored).toEqual(await same);
  });

  it('without a control file is none', async () => {
    const deb = debOf(FILES, { control: [] });
    expect(await failureOf(readDebFacts(inPieces(deb), { decompress: unpack }))).toMatchObject({
      code: 'archive/damaged',
    });
  });

  it('is refused as dpkg does where a name has two lines: its lists have a path a line', async () => {
    const deb = debOf([{ name: './a\nb', content: Buffer.from('x') }], { control: control('Package: charts\n') });
    expect(await failureOf(readDebFacts(inPieces(deb), { decompress: unpack }))).toEqual({
      code: 'archive/damaged',
      data: { what: '“a b”', detail: 'its name has more than one line' },
    });
  });
});

describe('what would be installed', () => {
  it('is all that was chosen, in dpkg’s order, each with the file that it is in', () => {
    const chosen = [facts('Package: isle\nDepends: sea (>= 1)'), facts('Package: sea\nPre-Depends: shore')];
    const proposal = proposeInstall(chosen, MACHINE);
    if (proposal.kind !== 'proposal') throw new Error(proposal.text);
    const files = proposal.plan.packages.map(({ name, file }) => [name, file.path]);
    expect(new Map(files.map(([name, path]) => [name, path]))).toEqual(new Map([['isle', '0'], ['sea', '1']])); // prettier-ignore
    expect(proposal.conflicts).toEqual([]);
    const runs = dpkgRuns(proposal.plan);
    expect(runs.at(-1)).toEqual({ action: 'configure', names: ['sea', 'isle'] });
    expect(runs.filter(({ action }) => action === 'unpack').flatMap(({ names }) => names).toSorted()).toEqual(['isle', 'sea']); // prettier-ignore
  });

  it('is nothing, and why, when something is missing', () => {
    const answer = proposeInstall([facts('Package: isle\nDepends: ferry')], MACHINE);
    expect(answer.kind === 'impossible' && answer.text).toContain('ferry');
  });

  it.each([
    [
      'a file of an installed package',
      [facts('Package: isle', ['/usr/bin/shore'])],
      [['/usr/bin/shore', 'isle', 'shore']],
    ],
    ['one that has moved below /usr', [facts('Package: isle', ['/usr/bin/old'])], [['/usr/bin/old', 'isle', 'shore']]],
    ['none, where it says that it replaces it', [facts('Package: isle\nReplaces: shore (<< 3)', ['/bin/shore'])], []],
    [
      'one, where it replaces only older ones',
      [facts('Package: isle\nReplaces: shore (<< 2)', ['/bin/shore'])],
      [['/usr/bin/shore', 'isle', 'shore']],
    ],
    ['none with itself', [facts('Package: shore', ['/bin/shore'], '3.0')], []],
    [
      'a file that another chosen one brings',
      [facts('Package: a', ['/x']), facts('Package: b', ['/x'])],
      [['/x', 'b', 'a']],
    ],
  ])('conflicts over %s', (_, chosen, expected) => {
    const proposal = proposeInstall(chosen, MACHINE);
    const conflicts = proposal.kind === 'proposal' ? proposal.conflicts : undefined;
    expect(conflicts?.map(({ path, package: name, owner }) => [path, name, owner])).toEqual(expected);
  });

  const before = { scripts: new Set(['preinst']) };
  const rehearsed = { hasEffects: true };
  it.each<[string, Partial<DebFacts>, Partial<DebFacts>, Partial<MachinePackages>, [string, string]]>([
    ['written, and set up by dpkg', {}, {}, {}, ['unpacked', 'unpacked']],
    ['dpkg’s, all of them, where one has something to run before', {}, before, {}, ['dpkg', 'dpkg']],
    [
      'written as set up, where it is known what that leaves',
      rehearsed,
      { ...before, ...rehearsed },
      {},
      ['configured', 'configured'],
    ],
    ['so up to the first of which it is not', rehearsed, {}, {}, ['configured', 'unpacked']],
    ['never so behind one of which it is not', {}, rehearsed, {}, ['unpacked', 'unpacked']],
    ['written as set up before dpkg does the others', rehearsed, before, {}, ['configured', 'dpkg']],
    [
      'dpkg’s, where its database is in pieces',
      rehearsed,
      rehearsed,
      { unpacking: { ...UNPACKING, updates: '0001' } },
      ['dpkg', 'dpkg'],
    ],
    [
      'dpkg’s, where the machine has had it',
      rehearsed,
      rehearsed,
      {
        status: new TextEncoder().encode(
          `${text(STATUS)}\nPackage: sea\nStatus: deinstall ok config-files\nVersion: 0\nArchitecture: all\n`,
        ),
      },
      ['dpkg', 'dpkg'],
    ],
  ])('is %s', (_, sea, isle, machine, methods) => {
    const chosen = [facts('Package: isle\nDepends: sea', [], '1.0', isle), facts('Package: sea', [], '1.0', sea)];
    const proposal = proposeInstall(chosen, { ...MACHINE, ...machine });
    expect(proposal.kind === 'proposal' && ['sea', 'isle'].map((name) => proposal.methods.get(name))).toEqual(methods);
  });

  it('takes for granted that nothing is where files are written that were made when it was set up', () => {
    const links = { links: ['/usr/isle'], paths: ['/usr/isle', '/etc/isle'], conffiles: ['/etc/isle'] };
    const effects = ['/var/lib/isle', '/var/cache/debconf/config.dat', '/var/lib/dpkg/status'];
    const conditions = (more: Partial<DebFacts>) => {
      const proposal = proposeInstall([facts('Package: isle', [], '1.0', { ...links, ...more })], MACHINE);
      return proposal.kind === 'proposal' ? proposal.conditions.places : undefined;
    };
    expect(conditions({})).toMatchObject({ absent: [], noFolders: ['/usr/isle'] });
    expect(conditions({ hasEffects: true, effects })).toMatchObject({
      absent: ['/etc/isle', '/var/lib/isle'],
      noFolders: ['/usr/isle'],
    });
    expect(conditions({ scripts: new Set(['preinst']) })).toMatchObject({ absent: [], noFolders: [] });
  });

  it('says for apt which came only because others need them', () => {
    const extendedStates = 'Package: isle\nArchitecture: i386\nAuto-Installed: 1\n\n';
    const chosen = [facts('Package: isle\nDepends: sea'), facts('Package: sea')];
    const proposal = proposeInstall(chosen, { ...MACHINE, extendedStates }, ['isle']);
    expect(proposal.kind === 'proposal' && proposal.extendedStates).toBe(
      'Package: sea\nArchitecture: i386\nAuto-Installed: 1\n\n',
    );
  });

  it('is not for another kind of machine', async () => {
    const control = new TextEncoder().encode('Package: isle\nVersion: 1\nArchitecture: amd64\n');
    const other = facts('Package: isle', [], '1', { control });
    expect(await failureOf(() => proposeInstall([other], MACHINE))).toEqual({
      code: 'packages/wrong-architecture',
      data: { name: 'isle', architecture: 'amd64', machine: 'i386' },
    });
  });

  it('never comes of a control file that has two packages in it', async () => {
    const two = facts('Package: isle\n\nPackage: other\nVersion: 1\nArchitecture: all');
    expect(await failureOf(() => proposeInstall([two], MACHINE))).toMatchObject({ code: 'archive/damaged' });
  });
});
