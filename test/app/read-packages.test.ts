import { describe, expect, it } from 'vitest';
import { LIST_MEMBER } from '#domain/packages/archive/index.ts';
import type { DebFacts } from '#domain/packages/install/index.ts';
import type { PackageService } from '#ports/package-service.ts';
import { readPackages } from '../../src/app/packages/read-packages.ts';
import { arOf, debMembers } from '../domain/packages/archive/support/deb-writer.ts';
import { withMember } from '../domain/packages/archive/support/extra-members.ts';
import { failureOf } from '../support/failure.ts';

const MB = 1024 * 1024;
type Reader = Pick<PackageService, 'read'>;

/** Says of a file no more than its size. */
const factsOf = (file: Blob): DebFacts => ({ size: file.size }) as unknown as DebFacts;
const sizesOf = (facts: readonly DebFacts[]): unknown[] => facts.map((each): unknown => Reflect.get(each, 'size'));
/** A package whose data takes so many bytes. */
const debOfSize = (size: number): Uint8Array =>
  arOf([...debMembers([]).slice(0, 2), { name: 'data.tar', content: new Uint8Array(size) }]);
const blobOf = (bytes: Uint8Array): Blob => new Blob([Uint8Array.from(bytes)]);
const filesOf = (...sizes: number[]): Blob[] => sizes.map((size) => blobOf(debOfSize(size)));
/** As runtimes have them: what is in them is known without unpacking them. */
const listingOf = (size: number): Blob => blobOf(withMember(debOfSize(size), LIST_MEMBER, Buffer.from('{}')));

const noOther = (): Promise<never> => Promise.reject(new Error('another was started'));

class Counting implements Reader {
  bytes = 0;

  read(files: readonly Blob[]): Promise<readonly DebFacts[]> {
    this.bytes += files.reduce((sum, { size }) => sum + size, 0);
    return Promise.resolve(files.map(factsOf));
  }
}

describe('packages are read', () => {
  it('by one worker when there is little to read', async () => {
    const one = new Counting();
    const files = filesOf(3, 1, 2);
    const facts = await readPackages(one, files, {}, noOther);
    expect(sizesOf(facts)).toEqual(files.map(({ size }) => size));
  });

  it('by one where they are large and say what is in them', async () => {
    const one = new Counting();
    await readPackages(one, [listingOf(8 * MB), ...filesOf(2 * MB), listingOf(8 * MB)], {}, noOther);
    await readPackages(one, [listingOf(8 * MB), ...filesOf(8 * MB)], {}, noOther);
    expect(one.bytes).toBeGreaterThan(34 * MB);
  });

  it('by two when some have to be unpacked, which are dealt by themselves', async () => {
    const [one, another] = [new Counting(), new Counting()];
    const unpacked = filesOf(3 * MB, 3 * MB);
    await readPackages(one, [listingOf(8 * MB), ...unpacked], {}, (use) => use(another));
    const least = Math.min(one.bytes, another.bytes);
    expect(least).toBe(unpacked[0]?.size);
  });

  it('not at all when one of them is no package', async () => {
    const reading = readPackages(new Counting(), [...filesOf(3), new Blob(['text'])], {}, noOther);
    expect(await failureOf(reading)).toMatchObject({ code: 'archive/foreign' });
  });

  it('by two when there is much, about as many bytes each, and told of in the order in which they were given', async () => {
    const [one, another] = [new Counting(), new Counting()];
    const files = filesOf(MB, 4 * MB, 2 * MB, 5, 3 * MB, 7);
    const facts = await readPackages(one, files, {}, (use) => use(another));
    expect(sizesOf(facts)).toEqual(files.map(({ size }) => size));
    expect(Math.abs(one.bytes - another.bytes)).toBeLessThan(MB);
  });

  it('until one is damaged: the other worker stops', async () => {
    let stopped = false;
    const slow: Reader = {
      read: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          });
        }),
    };
    const damaged: Reader = { read: () => Promise.reject(new Error('damaged')) };
    const reading = readPackages(slow, filesOf(3 * MB, 3 * MB), {}, (use) => use(damaged));
    await expect(reading).rejects.toThrow('damaged');
    expect(stopped).toBe(true);
  });

  it('until they are called off', async () => {
    const off = new AbortController();
    let begun = 0;
    const waiting: Reader = {
      read: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          begun++;
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const files = filesOf(3 * MB, 3 * MB);
    const reading = readPackages(waiting, files, { signal: off.signal }, (use) => use(waiting));
    await expect.poll(() => begun).toBe(2);
    off.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    const again = readPackages(waiting, files, { signal: off.signal }, (use) => use(waiting));
    await expect(again).rejects.toThrow('enough');
    expect(begun).toBe(2);
  });
});
