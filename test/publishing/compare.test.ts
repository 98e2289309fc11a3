import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestFromBytes } from '#domain/container/index.ts';
import { difference, findEntry, inventory, openPublication } from '../../publishing/index.ts';
import type { Piece } from '../../publishing/compare/inventory.ts';
import { publishSample, temporaryFolder } from './support/sample.ts';

let dir: string;
beforeAll(async () => {
  dir = await temporaryFolder();
});
afterAll(() => rm(dir, { recursive: true }));

async function pieces(reference: string): Promise<readonly Piece[]> {
  const publication = await openPublication(dir);
  return inventory(publication, (await findEntry(publication, reference)).manifest);
}

describe('what a device must fetch', () => {
  it('is by chunks, and of the rest by files', async () => {
    await publishSample(dir, { version: '1', disk: [1, 0, 2, 3], short: 0 });
    await publishSample(dir, { version: '2', disk: [1, 4, 2, 0], short: 0 });
    const { fetch, parts } = difference(await pieces('sample@1'), await pieces('sample@2'));
    const byPart = Object.fromEntries(parts.map((each) => [each.part, each.fetch.pieces]));
    // A chunk of the disk, and both of the snapshot, which is of another state; zeros cost nothing.
    const own = {
      disk: 1,
      'disk, list of chunks': 1,
      snapshot: 2,
      'snapshot, list of chunks': 1,
      manifest: 1,
      config: 1,
    };
    expect(byPart).toEqual({ ...own, kernel: 0, initrd: 0, 'boot trace': 0, thumbnail: 0 });
    expect(fetch.pieces).toBe(7);
    expect(parts.reduce((sum, each) => sum + each.fetch.bytes, 0)).toBe(fetch.bytes);
  });

  it('is nothing of what is here', async () => {
    const all = await pieces('sample@1');
    expect(difference(all, all).fetch).toEqual({ pieces: 0, bytes: 0 });
    expect(difference([], all).fetch).toEqual(difference([], all).total);
  });

  it('is what is wanted and not here, whatever part it is of', () => {
    const digests = Array.from({ length: 8 }, (_, i) => digestFromBytes(new Uint8Array(32).fill(i)));
    const piece = fc.record({
      part: fc.constantFrom('disk', 'kernel'),
      digest: fc.constantFrom(...digests),
      bytes: fc.nat(1000),
    });
    const some = fc.uniqueArray(piece, { selector: ({ digest }) => digest });
    fc.assert(
      fc.property(some, some, (here, wanted) => {
        const { fetch, total, parts } = difference(here, wanted);
        const lacking = wanted.filter(({ digest }) => !here.some((each) => each.digest === digest));
        expect(fetch.pieces).toBe(lacking.length);
        expect(total.bytes).toBe(wanted.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(parts.reduce((sum, each) => sum + each.fetch.pieces, 0)).toBe(fetch.pieces);
      }),
    );
  });
});
