import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFileList,
  hasFileList,
  LIST_MEMBER,
  type FileList,
  type RandomAccess,
} from '#domain/packages/archive/index.ts';
import { DirectArchive, parseUnpackRules } from '#domain/packages/direct/index.ts';
import { readDebFacts, skimDebFacts } from '#domain/packages/install/index.ts';
import { unpack } from '#storage/index.ts';
import { failureOf } from '../../support/failure.ts';
import { noise } from '../../support/noise.ts';
import { debMembers, debOf } from './archive/support/deb-writer.ts';
import { withEffects, withList, withMember } from './archive/support/extra-members.ts';
import { PACKINGS } from './archive/support/packing.ts';
import { inPieces } from './archive/support/reading.ts';
import { tarOf, type WrittenEntry } from './archive/support/tar-writer.ts';

const OPTIONS = { decompress: unpack };
const NOTHING = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
const CONTROL = 'Package: isle\nVersion: 1\nArchitecture: all\n';

const skim = (deb: Uint8Array) => skimDebFacts(new Blob([Uint8Array.from(deb)]), OPTIONS);
const readWhole = (deb: Uint8Array) => readDebFacts(inPieces(deb), OPTIONS);
const write = (deb: Uint8Array, isConfigured = false) =>
  new DirectArchive(parseUnpackRules(NOTHING)).add(inPieces(deb), { ...OPTIONS, isConfigured });

/** Names that a file may have: bytes that are no UTF-8, too. */
const name = fc
  .string({
    minLength: 1,
    maxLength: 120,
    unit: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.constant('\udcff')),
  })
  .filter((each) => !/[/\0\n]|^\.\.?$/.test(each));
const kind = fc.constantFrom('file', 'folder', 'symbolic-link', 'hard-link', 'character-device', 'fifo');
const entries = fc
  .uniqueArray(fc.record({ name, kind, bytes: fc.nat(700) }), { selector: (each) => each.name, maxLength: 12 })
  .map((all) => [
    { name: './', type: 'folder' } as const,
    { name: './usr/', type: 'folder' } as const,
    { name: './usr/first', content: noise(5) },
    ...all.map(({ name: each, kind: type, bytes }): WrittenEntry => {
      const path = `./usr/share/${each}`;
      if (type === 'file') return { name: path, content: noise(bytes) };
      if (type === 'hard-link') return { name: path, type, linkName: './usr/first' };
      return { name: path, type, linkName: type === 'symbolic-link' ? '../first' : '' };
    }),
  ]);
const controls = fc
  .record(
    {
      preinst: fc.string(),
      postinst: fc.string(),
      conffiles: fc.constant('/usr/first\n'),
      triggers: fc.constant('interest /usr/share\n'),
    },
    { requiredKeys: [] },
  )
  .map((files) => Object.entries({ control: CONTROL, ...files }))
  .map((files) => files.map(([file, text]): WrittenEntry => ({ name: `./${file}`, content: Buffer.from(text) })));
const debs = fc
  .record({ entries, control: controls, packing: fc.constantFrom(...PACKINGS), effects: fc.option(entries) })
  .map(({ entries: data, effects, ...options }) => {
    const deb = debOf(data, options);
    return effects ? withEffects(deb, tarOf(effects)) : deb;
  });

/** A package whose data is not what it was, in a file as long. */
function withoutData(deb: Uint8Array, data: Uint8Array): Uint8Array {
  const at = Buffer.from(deb).indexOf(data);
  return Buffer.concat([deb.subarray(0, at), new Uint8Array(data.length), deb.subarray(at + data.length)]);
}

const FILES: readonly WrittenEntry[] = [
  { name: './usr/', type: 'folder' },
  { name: './usr/chart', content: noise(2000) },
  { name: './usr/map', type: 'symbolic-link', linkName: 'chart' },
];
const CHARTS = debOf(FILES);

describe('what is known of a package that lists its files', () => {
  it('is what is known of it when it is read whole', async () => {
    await fc.assert(
      fc.asyncProperty(debs, async (deb) => {
        const facts = await readWhole(deb);
        const listed = await withList(deb);
        expect(await skim(listed)).toEqual(facts);
        expect(await readWhole(listed)).toEqual(facts);
        expect(await skim(deb)).toBeUndefined();
        const has = [deb, listed].map((each) => hasFileList(new Blob([Uint8Array.from(each)])));
        expect(await Promise.all(has)).toEqual([false, true]);
      }),
      { numRuns: 60 },
    );
  });

  it('is known without a look at its data: little else is read of it than that', async () => {
    const large = debOf([...FILES, { name: './large', content: noise(3_000_000) }]);
    const listed = new Blob([Uint8Array.from(await withList(large))]);
    let read = 0;
    const counted = (blob: Blob): RandomAccess => ({
      size: blob.size,
      slice: (start, end) => counted(blob.slice(start, end)),
      arrayBuffer: () => {
        read += blob.size;
        return blob.arrayBuffer();
      },
    });
    expect(await skimDebFacts(counted(listed), OPTIONS)).toEqual(await readWhole(large));
    expect(read).toBeLessThan(10_000);
  });

  it('comes from its own control part, whatever its data is: that is looked at when it is written', async () => {
    const [, , data] = debMembers(FILES, { packing: 'xz' });
    const listed = await withList(debOf(FILES, { packing: 'xz' }));
    const spoiled = withoutData(listed, Buffer.from(data!.content));
    expect(await skim(spoiled)).toEqual(await readWhole(listed));
    expect((await failureOf(write(spoiled))).code).toBe('archive/damaged');
  });

  it('is what the first of two lists says, which is what is compared', async () => {
    const twice = await withList(await withList(CHARTS), () => []);
    expect((await skim(twice))?.paths).toEqual(['/usr/chart', '/usr/map']);
    await write(twice);
  });
});

describe('a package that lists other files than it has', () => {
  const lies: readonly (readonly [string, (list: FileList) => FileList, string])[] = [
    ['one less', (list) => list.slice(0, -1), 'nothing more where the package has the symbolic link “/usr/map”'],
    [
      'one more',
      (list) => [...list, { path: 'etc/passwd', type: 'file' }],
      'the file “/etc/passwd” where the package has nothing more',
    ],
    [
      'one of another kind',
      (list) => list.map((each) => ({ ...each, type: each.type === 'symbolic-link' ? 'file' : each.type })),
      'the file “/usr/map” where the package has the symbolic link “/usr/map”',
    ],
    [
      'one elsewhere',
      (list) => list.map((each) => ({ ...each, path: each.path.replace('chart', 'card') })),
      'the file “/usr/card” where the package has the file “/usr/chart”',
    ],
    ['none', () => [], 'nothing more where the package has the folder “/usr”'],
  ];

  it.each(lies)('such as %s is refused when it is written, and when it is read whole', async (_, change, detail) => {
    const lying = await withList(CHARTS, change);
    const refused = {
      code: 'archive/damaged',
      data: { what: 'The package’s list of files', detail: `it has ${detail}` },
    };
    expect(await skim(lying)).toBeDefined();
    expect(await failureOf(write(lying))).toEqual(refused);
    expect(await failureOf(readWhole(lying))).toEqual(refused);
    const effects = tarOf([{ name: './var/chart', content: noise(9) }]);
    expect(await failureOf(write(withEffects(lying, effects), true))).toEqual(refused);
  });

  it('is refused for any difference, and for none if there is none', async () => {
    const change = fc.record({ at: fc.nat(), how: fc.constantFrom('gone', 'twice', 'other', 'kind', 'swapped') });
    await fc.assert(
      fc.asyncProperty(debs, change, async (deb, { at, how }) => {
        await write(await withList(deb), true);
        const lying = await withList(deb, (list) => {
          const i = at % list.length;
          const [it, next] = [list[i]!, list[i + 1]];
          const others = { gone: [], twice: [it, it], other: [{ ...it, path: `${it.path}x` }] };
          const kinds = [{ ...it, type: it.type === 'fifo' ? ('file' as const) : ('fifo' as const) }];
          if (how === 'swapped' && next) return list.toSpliced(i, 2, next, it);
          return list.toSpliced(i, 1, ...(how === 'kind' || how === 'swapped' ? kinds : others[how]));
        });
        expect((await failureOf(write(lying, true))).code).toBe('archive/damaged');
      }),
      { numRuns: 40 },
    );
  });
});

describe('a list of files', () => {
  const listed = (text: string): Uint8Array => withMember(CHARTS, LIST_MEMBER, Buffer.from(text));

  it.each([
    ['is no JSON', '{"files":'],
    ['has no files', '{}'],
    ['has a kind that nobody knows', '{"files":[["door","usr"]]}'],
    ['has a path of two lines', '{"files":[["file","usr\\npasswd"]]}'],
    ['has a path with NUL', '{"files":[["file","usr\\u0000"]]}'],
    ['has a path that leads out', '{"files":[["file","usr/../../x"]]}'],
    ['has a path from the root', '{"files":[["file","/usr"]]}'],
    ['has a path with nothing between slashes', '{"files":[["file","usr//x"]]}'],
  ])('that %s is an error, wherever it is read', async (_, text) => {
    const refused = { code: 'format/invalid', data: { what: 'The package’s list of files' } };
    expect(await failureOf(skim(listed(text)))).toMatchObject(refused);
    expect(await failureOf(readWhole(listed(text)))).toMatchObject(refused);
    expect(await failureOf(write(listed(text)))).toMatchObject(refused);
  });

  it('that is too long is neither read nor written', async () => {
    const long = withMember(CHARTS, LIST_MEMBER, new Uint8Array(64 * 1024 * 1024 + 1));
    const refused = { code: 'archive/too-large', data: { detail: 'the list of its files is too long' } };
    expect(await failureOf(skim(long))).toEqual(refused);
    expect(await failureOf(write(long))).toEqual(refused);
    const path = 'x'.repeat(1024 * 1024);
    const list = Array.from({ length: 65 }, () => ({ path, type: 'file' as const }));
    expect(await failureOf(() => encodeFileList(list))).toEqual(refused);
  });

  it('in a package that is cut off is not taken for what is there', async () => {
    const whole = await withList(CHARTS);
    const ends = [CHARTS.length, whole.length, whole.length - 1];
    for (let length = 1; length < whole.length; length += 5) {
      if (ends.includes(length)) continue;
      const cut = whole.subarray(0, length);
      expect((await failureOf(skim(cut))).code, `${length}`).toBe('archive/truncated');
    }
  });

  it('is not looked for in a file that is no package', async () => {
    expect((await failureOf(skim(Buffer.from('text, and more of it')))).code).toBe('archive/foreign');
    expect((await failureOf(skim(Buffer.from('')))).code).toBe('archive/foreign');
  });

  it('is no longer waited for when it is called off', async () => {
    const off = new AbortController();
    const never: RandomAccess = { size: 1000, slice: () => never, arrayBuffer: () => new Promise(() => undefined) };
    const skimming = skimDebFacts(never, { ...OPTIONS, signal: off.signal });
    off.abort(new Error('enough'));
    await expect(skimming).rejects.toThrow('enough');
  });
});
