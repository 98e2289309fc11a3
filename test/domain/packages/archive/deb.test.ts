import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHIVE_LIMITS, readDeb, type ArchiveLimits } from '#domain/packages/archive/index.ts';
import { unpack } from '#storage/index.ts';
import { failureOf } from '../../../support/failure.ts';
import { IS_FULL } from '../../../support/full.ts';
import { noise } from '../../../support/noise.ts';
import { arHead, arOf, CONTROL, debMembers, debOf, type Member } from './support/deb-writer.ts';
import { PACKINGS, xzStream, type Packing } from './support/packing.ts';
import { inPieces, pieceSizes, readAll } from './support/reading.ts';
import { END, tarHeader, tarOf, type WrittenEntry } from './support/tar-writer.ts';

/** Bytes from one place that is cut to the next: the full tests try each. */
const STEP = IS_FULL ? 1 : 3;

interface ReadOptions {
  readonly limits?: ArchiveLimits;
  readonly sizes?: readonly number[];
}

const read = (deb: Uint8Array, { limits = ARCHIVE_LIMITS, sizes }: ReadOptions = {}) =>
  readAll(readDeb(inPieces(deb, sizes), { decompress: unpack, limits }));
const failure = (deb: Uint8Array, options?: ReadOptions) => failureOf(read(deb, options));

const FILES: readonly WrittenEntry[] = [
  { name: './', type: 'folder', mode: 0o755 },
  { name: './usr/', type: 'folder', mode: 0o755 },
  { name: './usr/chart', content: noise(3000) },
  { name: './usr/map', type: 'symbolic-link', linkName: 'chart' },
];
const members = (changes: readonly [at: number, gone: number, ...put: Member[]]): Uint8Array => {
  const all = debMembers(FILES);
  const [at, gone, ...put] = changes;
  all.splice(at, gone, ...put);
  return arOf(all);
};

describe('a package', () => {
  it.each(PACKINGS)('packed with %s gives control and data, in whatever pieces it comes', async (packing) => {
    const deb = debOf(FILES, { packing });
    await fc.assert(
      fc.asyncProperty(pieceSizes, async (sizes) => {
        const entries = await read(deb, { sizes });
        expect(entries.map(({ part, path }) => `${part}:${path}`)).toEqual([
          'control:',
          'control:control',
          'data:',
          'data:usr',
          'data:usr/chart',
          'data:usr/map',
        ]);
        expect(entries[4]?.content).toEqual(noise(3000));
      }),
      { numRuns: 25 },
    );
  });

  it('may be packed with something else in each part', async () => {
    const [version, , data] = debMembers(FILES, { packing: 'xz' });
    const [, control] = debMembers(FILES, { packing: 'gzip' });
    expect(await read(arOf([version!, control!, data!]))).toHaveLength(6);
  });

  it('may have parts that are not known, and names as GNU’s ar ends them', async () => {
    const unknown = { name: '_gpgorigin', content: 'odd' };
    const [version, control, data] = debMembers(FILES);
    const slash = (member: Member): Member => ({ ...member, name: `${member.name}/` });
    const later = { name: 'later', content: 'x' };
    expect(await read(arOf([slash(version!), unknown, slash(control!), unknown, slash(data!), later]))).toHaveLength(6);
  });

  it('may be of a later version of the format that says more', async () => {
    expect(await read(members([0, 1, { name: 'debian-binary', content: '2.1\nmore\n' }]))).toHaveLength(6);
  });

  it('lets go of its source when nobody wants the rest', async () => {
    const seen: string[] = [];
    const source = (async function* () {
      try {
        yield* inPieces(debOf(FILES, { packing: 'xz' }), [100]);
        seen.push('end');
      } finally {
        seen.push('closed');
      }
    })();
    for await (const { path } of readDeb(source, { decompress: unpack })) if (path === 'control') break;
    expect(seen).toEqual(['closed']);
    // The next one finds the decompression free.
    expect(await read(debOf(FILES, { packing: 'xz' }))).toHaveLength(6);
  });

  it.each(PACKINGS)('is given up when asked to, packed with %s', async (packing) => {
    const stop = new AbortController();
    const never = (async function* () {
      yield* inPieces(debOf(FILES, { packing }).subarray(0, 1500), [100]);
      await new Promise(() => undefined);
    })();
    const reading = readAll(readDeb(never, { decompress: unpack, signal: stop.signal }));
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(reading).rejects.toThrow('enough');
  });
});

describe('a file that is no package', () => {
  it.each([
    ['is empty', Buffer.from('')],
    ['begins differently', Buffer.from('PK\u0003\u0004'.padEnd(100))],
    ['is an archive of another kind', arOf([{ name: 'hello.o', content: 'x' }])],
    ['does not say which format it has', members([0, 1, { name: 'debian-binary', content: 'two' }])],
  ])('is told: it %s', async (detail, bytes) => {
    expect(await failure(bytes)).toMatchObject({ code: 'archive/foreign', data: { detail: `it ${detail}` } });
  });

  it.each([
    ['another format', [0, 1, { name: 'debian-binary', content: '3.0\n' }]],
    ['bzip2', [2, 1, { name: 'data.tar.bz2', content: 'x' }]],
    ['lzma', [2, 1, { name: 'data.tar.lzma', content: 'x' }]],
  ] as const)('is refused for %s', async (_, changes) => {
    expect(await failure(members([...changes]))).toMatchObject({ code: 'archive/unsupported' });
  });

  it.each([
    ['parts in another order', [1, 0, { name: 'data.tar', content: '' }]],
    ['a part that nobody knows', [1, 0, { name: 'extra', content: '' }]],
    ['a part that is not what its name says', [2, 1, { name: 'data.tar.xz', content: gzipSync(tarOf(FILES)) }]],
  ] as const)('is refused for %s', async (_, changes) => {
    expect(await failure(members([...changes]))).toMatchObject({ code: 'archive/damaged' });
  });

  it('is refused without its data', async () => {
    expect(await failure(members([2, 1]))).toMatchObject({ code: 'archive/truncated' });
  });
});

describe('a package that was harmed', () => {
  it.each(PACKINGS)('by cutting it, packed with %s, is told to be cut short wherever that was', async (packing) => {
    const deb = debOf([FILES[0]!, { name: './x', content: noise(600) }], { packing });
    const end = deb.length - (deb.at(-1) === 10 ? 1 : 0);
    for (let length = 1; length < end; length += STEP)
      expect((await failure(deb.subarray(0, length))).code, `${length}`).toBe('archive/truncated');
  });

  it.each(PACKINGS)('in its bytes, packed with %s, is refused, or gives the same', async (packing) => {
    const deb = debOf(FILES, { packing });
    const sound = await read(deb);
    const changes = fc.array(fc.tuple(fc.nat(deb.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const copy = deb.slice();
        for (const [at, bits] of changed) copy[at]! ^= bits;
        const outcome = await read(copy).then(
          (entries) => entries,
          (error: unknown) => failureOf(Promise.reject(error)),
        );
        if (!Array.isArray(outcome)) expect(outcome.code).toMatch(/^archive\//);
        // Nothing but headers has a check where there is none of the packing.
        else if (packing === 'gzip' || packing === 'xz') expect(outcome).toEqual(sound);
        else expect(outcome.map(({ path }) => path)).toEqual(sound.map(({ path }) => path));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a package that is too large', () => {
  const zeros = { name: './zeros', content: new Uint8Array(70 * 1024 * 1024) };

  it('is refused for what it unpacks to, and for what it only claims', async () => {
    const limits = { ...ARCHIVE_LIMITS, content: 20_000 };
    expect(await read(debOf(FILES), { limits })).toHaveLength(6);
    expect(await failure(debOf([{ name: './x', content: noise(20_000) }]), { limits })).toMatchObject({
      code: 'archive/too-large',
    });
    const claim = Buffer.concat([tarHeader('0', { name: 'x' }, 'gnu', { 124: '77777777777\0' }), END]);
    expect(await failure(members([2, 1, { name: 'data.tar', content: claim }]))).toMatchObject({
      code: 'archive/too-large',
    });
  });

  it('is refused for what it becomes of nearly nothing', async () => {
    expect(await failure(debOf([zeros], { packing: 'gzip' }))).toMatchObject({
      code: 'archive/too-large',
      data: { detail: expect.stringContaining('500 times') },
    });
  });

  it('is refused for how many files it has', async () => {
    const many = Array.from({ length: 100 }, (_, at) => ({ name: `./${at}` }));
    const limits = { ...ARCHIVE_LIMITS, headers: 50 };
    expect(await failure(debOf(many), { limits })).toMatchObject({ code: 'archive/too-large' });
  });

  it('is refused for a frame of zstd that would have to be held whole', async () => {
    const limits = { ...ARCHIVE_LIMITS, content: 200_000 };
    const deb = debOf([{ name: './x', content: noise(300_000) }], { packing: 'zstd' });
    expect(await failure(deb, { limits })).toMatchObject({ code: 'archive/too-large' });
  });
});

describe('a large package', () => {
  const MIB = 1024 * 1024;
  const SIZE = (IS_FULL ? 96 : 32) * MIB;
  const piece = noise(MIB);

  /** The tar archive of one file of noise. */
  function* largeTar(): Generator<Uint8Array, void> {
    yield tarHeader('0', { name: './large' }, 'gnu', { 124: `${SIZE.toString(8).padStart(11, '0')}\0` });
    for (let at = 0; at < SIZE; at += MIB) yield piece;
    yield END;
  }

  function lengthOf(pieces: Iterable<Uint8Array>): number {
    let length = 0;
    for (const { length: more } of pieces) length += more;
    return length;
  }

  function* large(packing: Packing): Generator<Uint8Array, void> {
    const data = (): Iterable<Uint8Array> => (packing === 'xz' ? xzStream(largeTar()) : largeTar());
    const [version, control] = debMembers([]);
    yield arOf([version!, control!]);
    yield arHead(packing === 'xz' ? 'data.tar.xz' : 'data.tar', lengthOf(data()));
    yield* data();
  }

  it.each(['none', 'xz'] as const)(
    'packed with %s is never held: what was taken in and not yet given out is little',
    async (packing) => {
      let [taken, given, most] = [0, 0, 0];
      const source = (async function* () {
        for (const bytes of large(packing)) {
          taken += bytes.length;
          yield bytes;
        }
      })();
      for await (const { body, part } of readDeb(source, { decompress: unpack })) {
        if (part === 'control') continue;
        for await (const bytes of body) {
          most = Math.max(most, taken - given);
          given += bytes.length;
        }
      }
      expect(given).toBe(SIZE);
      expect(most).toBeLessThan(3 * MIB);
    },
  );
});

it('the control part is read with the same care', async () => {
  const control = [...CONTROL, { name: '../../etc/cron.d/x' }];
  expect(await failure(debOf(FILES, { control }))).toMatchObject({ code: 'archive/escape' });
});
