import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeName, readTar, type TarEntry } from '#domain/packages/archive/index.ts';
import { failureOf } from '../../../support/failure.ts';
import { noise } from '../../../support/noise.ts';
import { bytesOf, inPieces, pieceSizes, readAll } from './support/reading.ts';
import { END, extension, paxRecord, tarEntry, tarHeader, tarOf, withSum, type TarForm } from './support/tar-writer.ts';
import type { WrittenEntry } from './support/tar-writer.ts';

const read = (archive: Uint8Array, sizes?: readonly number[]) => readAll(readTar(inPieces(archive, sizes)));
const failure = (archive: Uint8Array) => failureOf(read(archive));
const concat = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const file: WrittenEntry = { name: './file', content: Buffer.from('content') };

/** A name of one to forty parts: some are longer than any field. */
const names = (form: TarForm) =>
  fc
    .array(fc.stringMatching(/^[a-z ü€\n\\]{1,12}$/), { minLength: 1, maxLength: form === 'ustar' ? 3 : 40 })
    .map((parts) => `./${parts.join('/')}`)
    .filter((name) => form !== 'ustar' || encodeName(name).length <= 100);

const entriesOf = (form: TarForm): fc.Arbitrary<WrittenEntry> =>
  fc
    .record({
      name: names(form),
      type: fc.constantFrom('file', 'folder', 'symbolic-link', 'hard-link', 'character-device', 'block-device', 'fifo'),
      mode: fc.nat(0o7777),
      uid: form === 'ustar' ? fc.nat(0o7777777) : fc.nat(2 ** 31),
      gid: form === 'ustar' ? fc.nat(0o7777777) : fc.nat(2 ** 31),
      uname: fc.constantFrom('', 'root', 'www-data'),
      gname: fc.constantFrom('', 'root', 'staff'),
      mtime: form === 'ustar' ? fc.nat(2 ** 32) : fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      content: fc.nat(3000).map((length) => noise(length)),
      linkName: names(form),
      major: fc.nat(4095),
      minor: fc.nat(0o7777777),
    })
    .map((entry) => asType(entry));

/** Only what an entry of its type has. */
function asType(entry: Required<WrittenEntry>): Required<WrittenEntry> {
  const isDevice = entry.type.endsWith('device');
  return {
    ...entry,
    content: entry.type === 'file' ? entry.content : new Uint8Array(),
    linkName: entry.type.endsWith('link') ? entry.linkName : '',
    major: isDevice ? entry.major : 0,
    minor: isDevice ? entry.minor : 0,
  };
}

describe('a tar archive', () => {
  it.each(['ustar', 'gnu', 'pax'] as const)(
    'of the form %s gives what was written, in whatever pieces it comes',
    async (form) => {
      const archives = fc.array(entriesOf(form), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(archives, pieceSizes, async (entries, sizes) => {
          const found = await read(tarOf(entries, form), sizes);
          expect(found).toEqual(entries.map((entry) => ({ ...entry, size: entry.content?.length })));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('of the oldest form has folders that only end with a slash, and owners without names', async () => {
    const oldest = { 156: '\0', 257: new Uint8Array(72) };
    const archive = concat(
      tarHeader('\0', { name: 'folder/' }, 'ustar', oldest),
      tarEntry({ name: 'x' }, 'ustar'),
      END,
    );
    const [folder] = await read(archive);
    expect(folder).toMatchObject({ name: 'folder/', type: 'folder', uname: '', gname: '' });
  });

  it('has names in two fields: prefix and name, but not in the form of GNU', async () => {
    const prefix = { 345: 'usr/share' };
    const of = (form: TarForm) => concat(tarHeader('0', { name: 'doc' }, form, prefix), END);
    expect(await read(of('ustar'))).toMatchObject([{ name: 'usr/share/doc' }]);
    expect(await read(of('gnu'))).toMatchObject([{ name: 'doc' }]);
  });

  it('may write its numbers with spaces, and sums of signed bytes', async () => {
    const header = tarHeader('0', { name: 'ü' }, 'ustar', { 100: '   644 \0', 124: '          0 ' }).slice();
    header.fill(0x20, 148, 156);
    const signed = Int8Array.from(header).reduce((sum, byte) => sum + byte, 0);
    header.set(encodeName(`${signed.toString(8).padStart(6, ' ')}\0 `), 148);
    expect(await read(concat(header, END))).toMatchObject([{ name: 'ü', mode: 0o644 }]);
  });

  it('keeps names that are no UTF-8', async () => {
    const latin1 = Uint8Array.of(0x2e, 0x2f, 0xfc, 0x62, 0xe2, 0x82, 0xff);
    const [entry] = await read(concat(tarHeader('0', { name: '' }, 'gnu', { 0: latin1 }), END));
    expect(encodeName(entry?.name ?? '')).toEqual(latin1);
  });

  it('of pax says things for all that follows, for the next alone, and takes them back', async () => {
    const all = extension('g', concat(paxRecord('uname', 'everyone'), paxRecord('mtime', '7')), 'pax');
    const next = extension('x', concat(paxRecord('mtime', '8.25'), paxRecord('path', 'renamed')), 'pax');
    const back = extension('x', paxRecord('uname', ''), 'pax');
    const plain = tarEntry(file, 'ustar');
    const found = await read(concat(all, next, plain, plain, back, plain, END));
    expect(found.map(({ name, uname, mtime }) => [name, uname, mtime])).toEqual([
      ['renamed', 'everyone', 8.25],
      ['./file', 'everyone', 7],
      ['./file', 'root', 7],
    ]);
  });

  it('may tell the size of a file in pax', async () => {
    const size = extension('x', paxRecord('size', '7'), 'pax');
    const header = tarHeader('0', { name: 'file' }, 'pax', { 124: '00000000000\0' });
    const found = await read(
      concat(size, header, Buffer.from('content'.padEnd(512, '\0')), tarEntry(file, 'pax'), END),
    );
    expect(found.map(({ content }) => Buffer.from(content).toString())).toEqual(['content', 'content']);
  });

  it('has hard links that tell the size of their file, without its content', async () => {
    const link = tarHeader('1', { name: 'link', linkName: './file' }, 'gnu', { 124: '00000000007\0' });
    expect(await read(concat(tarEntry(file, 'gnu'), link, tarEntry(file, 'gnu'), END))).toMatchObject([
      { size: 7 },
      { type: 'hard-link', size: 0, linkName: './file' },
      { size: 7 },
    ]);
  });

  it('may be followed by anything', async () => {
    expect(await read(concat(tarOf([file]), noise(3000)))).toHaveLength(1);
  });
});

describe('the content of an entry', () => {
  it('may be read in part, or not at all', async () => {
    const entries = Array.from({ length: 4 }, (_, at) => ({ name: `${at}`, content: noise(10_000, at + 1) }));
    const heads: Uint8Array[] = [];
    for await (const { name, body } of readTar(inPieces(tarOf(entries), [700]))) {
      if (name === '1') continue;
      for await (const piece of body) {
        heads.push(piece);
        break;
      }
    }
    expect(heads.map((head) => Buffer.from(head))).toEqual(
      [0, 2, 3].map((at) => Buffer.from(entries[at]!.content.subarray(0, heads.shift()?.length))),
    );
  });

  it('cannot be read any more when the next entry has been', async () => {
    const entries: TarEntry[] = [];
    for await (const entry of readTar(inPieces(tarOf([file, file])))) entries.push(entry);
    await expect(bytesOf(entries[0]!.body)).rejects.toThrow('before the next');
  });
});

describe('an archive that is not sound', () => {
  it('is told to be cut short wherever it is', async () => {
    const archive = tarOf([file, { name: `./${'long/'.repeat(30)}`, type: 'folder' }, { name: './end' }]);
    for (let length = 0; length < archive.length - END.length / 2; length += length % 512 === 0 ? 1 : 37) {
      const cut = archive.subarray(0, Math.min(length, archive.length));
      expect(await failure(cut), `${length}`).toMatchObject({ code: 'archive/truncated' });
    }
  });

  it('is refused for a header whose sum is wrong', async () => {
    const archive = tarOf([file]).slice();
    archive[3]! ^= 1;
    expect(await failure(archive)).toMatchObject({ code: 'archive/damaged' });
  });

  it.each([
    ['size', { 124: 'size?' }],
    ['size below zero', { 124: Uint8Array.from({ length: 12 }, () => 0xff) }],
    ['size beyond all bounds', { 124: Uint8Array.from({ length: 12 }, (_, at) => (at === 0 ? 0x80 : 0x7f)) }],
    ['mode', { 100: '12x' }],
    ['time', { 136: '99999999999' }],
  ])('is refused for a %s that makes no sense', async (_, fields) => {
    expect(await failure(concat(tarHeader('0', file, 'gnu', fields), END))).toMatchObject({ code: 'archive/damaged' });
  });

  it.each(['2', '3', '5', '6'])('is refused for content of an entry of the kind %s, which has none', async (flag) => {
    const archive = concat(tarHeader(flag, { name: 'x', content: noise(5) }, 'gnu'), new Uint8Array(512), END);
    expect(await failure(archive)).toMatchObject({ code: 'archive/damaged' });
  });

  it('is refused for files with holes, in the form of GNU and of pax', async () => {
    const gnu = concat(tarHeader('S', file, 'gnu'), new Uint8Array(512), END);
    const pax = concat(extension('x', paxRecord('GNU.sparse.major', '1'), 'pax'), tarEntry(file, 'pax'), END);
    for (const archive of [gnu, pax])
      expect(await failure(archive)).toMatchObject({
        code: 'archive/unsupported',
        data: { detail: expect.stringContaining('holes') },
      });
  });

  it.each(['D', 'M', 'V', '9'])('is refused for an entry of the kind %s', async (flag) => {
    expect(await failure(concat(tarHeader(flag, file, 'gnu'), new Uint8Array(512), END))).toMatchObject({
      code: 'archive/unsupported',
    });
  });

  it.each(['', '9 a=b\n', '6 a=b', '6 a=bc\n', '0 a=b\n', '99999999999 a=b\n', '3 a=b\n', '5 =b\n', '-6 a=b\n'])(
    'is refused for a record %j of pax, or has none',
    async (record) => {
      const archive = concat(extension('x', Buffer.from(record), 'pax'), tarEntry(file, 'pax'), END);
      if (record === '') expect(await read(archive)).toHaveLength(1);
      else expect(await failure(archive)).toMatchObject({ code: 'archive/damaged' });
    },
  );

  it('is refused for a header of more than a megabyte, before it is read', async () => {
    const header = withSum(tarHeader('L', { name: 'x' }, 'gnu', { 124: '77777777777\0' }));
    expect(await failure(concat(header, END))).toMatchObject({
      code: 'archive/damaged',
      data: { detail: expect.stringContaining('too long') },
    });
  });

  it('never hangs and never gives more than it has, whatever is changed in it', async () => {
    const archive = tarOf(
      [file, { name: './folder', type: 'folder' }, { name: 'x'.repeat(200), content: noise(700) }],
      'pax',
    );
    const changes = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), async (changed, mend) => {
        const copy = archive.slice();
        for (const [at, value] of changed) copy[at] = value;
        // With sums that fit, the reader has to look at more than these.
        if (mend) for (const [at] of changed) mendSum(copy, at);
        const size = await read(copy).then(
          (entries) => entries.reduce((sum, { content }) => sum + content.length, 0),
          async (error: unknown) => {
            expect((await failureOf(Promise.reject(error))).code).toMatch(/^archive\//);
            return 0;
          },
        );
        expect(size).toBeLessThanOrEqual(copy.length);
      }),
      { numRuns: 1500 },
    );
  });
});

function mendSum(archive: Uint8Array, at: number): void {
  const begin = at - (at % 512);
  archive.set(withSum(archive.subarray(begin, begin + 512)), begin);
}
