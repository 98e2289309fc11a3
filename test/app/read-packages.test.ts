import { describe, expect, it } from 'vitest';
import type { DebFacts } from '#domain/packages/install/index.ts';
import type { PackageService } from '#ports/package-service.ts';
import { readPackages } from '../../src/app/packages/read-packages.ts';

const MB = 1024 * 1024;
type Reader = Pick<PackageService, 'read'>;

/** Says of a file no more than its size. */
const factsOf = (file: Blob): DebFacts => ({ size: file.size }) as unknown as DebFacts;
const sizesOf = (facts: readonly DebFacts[]): unknown[] => facts.map((each): unknown => Reflect.get(each, 'size'));
const filesOf = (...sizes: number[]): Blob[] => sizes.map((size) => new Blob([new Uint8Array(size)]));

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
    const facts = await readPackages(one, filesOf(3, 1, 2), {}, () => Promise.reject(new Error('another was started')));
    expect(sizesOf(facts)).toEqual([3, 1, 2]);
  });

  it('by two when there is much, about as many bytes each, and told of in the order in which they were given', async () => {
    const [one, another] = [new Counting(), new Counting()];
    const sizes = [MB, 4 * MB, 2 * MB, 5, 3 * MB, 7];
    const facts = await readPackages(one, filesOf(...sizes), {}, (use) => use(another));
    expect(sizesOf(facts)).toEqual(sizes);
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
    const waiting: Reader = {
      read: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    };
    const reading = readPackages(waiting, filesOf(3 * MB, 3 * MB), { signal: off.signal }, (use) => use(waiting));
    off.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
