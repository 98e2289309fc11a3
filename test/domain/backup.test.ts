import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeDiskPiece,
  describeMachine,
  encodeDiskPiece,
  readBackup,
  writeBackup,
  type BackupDescription,
  type BackupPart,
  type ByteSource,
} from '#domain/backup/index.ts';
import { concatBytes } from '#domain/bytes/index.ts';
import { DigestSchema } from '#domain/container/index.ts';
import { BLOCK_BYTES } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { DiskEntry } from '#domain/overlay/index.ts';
import { sha256 } from '#storage/digest.ts';
import * as v from 'valibot';
import { failureOf } from '../support/failure.ts';
import { IS_FULL } from '../support/full.ts';

/** Bytes from one place that is cut or changed to the next: the full tests try each. */
const STEP = IS_FULL ? 1 : 3;

type Bytes = Uint8Array<ArrayBuffer>;
type Content = Exclude<BackupPart, { type: 'description' }>;

const MANIFEST = { mediaType: 'm', digest: v.parse(DigestSchema, `sha256:${'0'.repeat(64)}`), size: 1 };
const DISK = { bytes: 1 << 24, base: 'sha256:base', nextRecord: 10, head: [[0, 10]], entries: 1 } satisfies object;

function description(sizes: readonly number[], title = 'Debian “base” 😀'): BackupDescription {
  const machine = { id: 'base-1a2b', title, manifest: MANIFEST, sources: ['http://a.test/catalog.json'], createdAt: 5 };
  const states = sizes.map((bytes, i) => ({
    id: `00000000-0000-4000-8000-00000000000${i}`,
    kind: 'checkpoint' as const,
    name: `state ${i}`,
    engineVersion: '1',
    savedAt: i,
    bytes,
    pieces: 1,
    spans: [[0, 1 + i]] satisfies [number, number][],
  }));
  return describeMachine({ machine, disk: { ...DISK, head: [[0, 10]] }, states });
}

function sourceOf(bytes: Bytes): ByteSource {
  return { size: bytes.length, read: (at, length) => Promise.resolve(bytes.slice(at, at + length)) };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function write(about: BackupDescription, parts: readonly Content[]): Promise<Bytes> {
  const chunks: Bytes[] = [];
  for await (const chunk of writeBackup(about, each(parts), sha256)) chunks.push(chunk);
  return concatBytes(chunks);
}

async function read(bytes: Bytes): Promise<BackupPart[]> {
  const parts: BackupPart[] = [];
  for await (const part of readBackup(sourceOf(bytes), sha256)) parts.push(part);
  return parts;
}

const PARTS: readonly Content[] = [
  { type: 'disk', bytes: new Uint8Array(700).fill(1) },
  { type: 'disk', bytes: new Uint8Array(512).fill(2) },
  { type: 'state', state: 0, bytes: new Uint8Array(300).fill(3) },
  { type: 'state', state: 0, bytes: new Uint8Array(20).fill(4) },
];
const ABOUT = description([320]);

describe('a backup', () => {
  it('gives back what was written', async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 2000 });
    const made = fc.record({
      disk: fc.array(content, { maxLength: 4 }),
      states: fc.array(fc.array(content, { maxLength: 3 }), { maxLength: 4 }),
      title: fc.string({ unit: 'binary', maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(made, async ({ disk, states, title }) => {
        const sizes = states.map((pieces) => pieces.reduce((sum, { length }) => sum + length, 0));
        const parts: Content[] = [
          ...disk.map((bytes) => ({ type: 'disk' as const, bytes: new Uint8Array(bytes) })),
          ...states.flatMap((pieces, state) =>
            pieces.map((bytes) => ({ type: 'state' as const, state, bytes: new Uint8Array(bytes) })),
          ),
        ];
        const [first, ...rest] = await read(await write(description(sizes, title), parts));
        expect(rest).toEqual(parts);
        expect(first).toMatchObject({ description: { ...description(sizes), machine: { id: 'base-1a2b' } } });
      }),
      { numRuns: 50 },
    );
  });

  it('is refused when it is cut at any point', async () => {
    const bytes = await write(ABOUT, PARTS);
    for (let length = 0; length < bytes.length; length += STEP) {
      const { code } = await failureOf(read(bytes.slice(0, length)));
      expect(code === 'backup/truncated' || (code === 'backup/foreign' && length < 100)).toBe(true);
    }
  });

  it('is refused when any of its bytes has changed', async () => {
    const bytes = await write(ABOUT, PARTS);
    for (let at = 0; at < bytes.length; at += STEP) {
      const altered = bytes.slice();
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
      expect((await failureOf(read(altered))).code).toMatch(/^backup\//);
    }
  });

  it('is refused when something follows it, or is put in its place', async () => {
    const bytes = await write(ABOUT, PARTS);
    const longer = await failureOf(read(concatBytes([bytes, new Uint8Array(512)])));
    expect(longer).toEqual({ code: 'backup/altered', data: { detail: 'something follows its end' } });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (noise) => {
        expect((await failureOf(read(new Uint8Array(noise)))).code).toBe('backup/foreign');
      }),
    );
  });

  it('throws nothing but codes, whatever a stretch of it becomes', async () => {
    const bytes = await write(ABOUT, PARTS);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 600 }), async (at, noise) => {
        const altered = bytes.slice();
        altered.set(noise.slice(0, altered.length - at), at);
        try {
          await read(altered);
          expect(altered).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });

  it('is of a form that older programs read, unless a disk in it is larger than its container’s', async () => {
    const { machine, disk, states } = ABOUT;
    const grown = (grownTo?: number) => describeMachine({ machine, disk: { ...disk, grownTo }, states });
    const large = grown(1 << 25);
    expect([ABOUT.form, grown().form, large.form]).toEqual([1, 1, 2]);
    const state = describeMachine({ machine, disk, states: states.map((each) => ({ ...each, grownTo: 1 << 25 })) });
    for (const about of [large, state]) {
      expect((await read(await write(about, PARTS)))[0]).toEqual({ type: 'description', description: about });
    }
    for (const wrong of [1 << 24, (1 << 25) + 512, -1]) {
      expect((await failureOf(read(await write(grown(wrong), PARTS)))).code).toBe('backup/altered');
    }
  });

  it('of a newer version says so, and one whose parts are others than it says is refused', async () => {
    const newer = await write({ ...ABOUT, form: 3 as 2 }, PARTS);
    expect(await failureOf(read(newer))).toEqual({ code: 'backup/newer', data: { version: 3, supported: 2 } });
    for (const parts of [PARTS.slice(0, 3), [...PARTS, ...PARTS.slice(3)], PARTS.toReversed()]) {
      expect((await failureOf(read(await write(ABOUT, parts)))).code).toBe('backup/altered');
    }
    const beyond = { ...ABOUT, disk: { ...ABOUT.disk, nextRecord: 9 } };
    expect((await failureOf(read(await write(beyond, PARTS)))).code).toBe('backup/altered');
  });
});

describe('a piece of a disk', () => {
  const entry: fc.Arbitrary<DiskEntry> = fc.record({
    record: fc.maxSafeNat(),
    block: fc.nat(2 ** 32 - 1),
    sectors: fc.nat(255),
    bytes: fc.option(
      fc.nat(255).map((value) => new Uint8Array(BLOCK_BYTES).fill(value)),
      { nil: undefined },
    ),
  });

  it('gives back its blocks', () => {
    const plain = (entries: readonly DiskEntry[]): unknown[] =>
      entries.map((each) => ({ ...each, bytes: each.bytes && [each.bytes.length, ...new Set(each.bytes)] }));
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        expect(plain(decodeDiskPiece(encodeDiskPiece(entries)))).toEqual(plain(entries));
      }),
    );
  });

  it('is refused when it is of no such form', () => {
    const piece = encodeDiskPiece([
      { record: 1, block: 2, sectors: 255, bytes: new Uint8Array(BLOCK_BYTES).fill(1) },
      { record: 2, block: 3, sectors: 15, bytes: undefined },
    ]);
    for (const cut of [0, 3, 8, 20, 40, piece.length - 1]) {
      expect(() => decodeDiskPiece(piece.slice(0, cut))).toThrow(AppError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(() => decodeDiskPiece(new Uint8Array(noise))).toThrow(AppError);
      }),
    );
  });
});
