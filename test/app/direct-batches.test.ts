import { beforeEach, describe, expect, it } from 'vitest';
import { readTar } from '#domain/packages/archive/index.ts';
import type { DirectFile } from '#ports/package-service.ts';
import { memoryStorage } from '#storage/index.ts';
import { DirectBatches, type DirectBatch } from '../../src/app/packages/direct-batches.ts';
import { PackageHost } from '../../workers/packages/package-host.ts';
import { debOf } from '../domain/packages/archive/support/deb-writer.ts';
import { inPieces } from '../domain/packages/archive/support/reading.ts';
import { failureOf } from '../support/failure.ts';

const MB = 1024 * 1024;
const NOTHING = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };

/** A package with one file of so many bytes. */
function packageOf(name: string, bytes: number): DirectFile {
  const control = `Package: ${name}\nVersion: 1\nArchitecture: all\n`;
  const deb = debOf([{ name: `./${name}`, content: new Uint8Array(bytes) }], {
    control: [{ name: './control', content: Buffer.from(control) }],
  });
  return { file: new Blob([Uint8Array.from(deb)]), isConfigured: false };
}

/** Makes archives as the worker does, and keeps count. */
class CountedHost extends PackageHost {
  /** How many packages it was asked to begin with, each time. */
  readonly asked: number[] = [];
  made = 0;

  override async writeDirectly(...given: Parameters<PackageHost['writeDirectly']>) {
    this.asked.push(given[0].length);
    const made = await super.writeDirectly(...given);
    this.made++;
    return made;
  }
}

let host: CountedHost;
let off: AbortController;
let handedOver: number[];

beforeEach(() => {
  host = new CountedHost(() => Promise.resolve(memoryStorage()));
  off = new AbortController();
  handedOver = [];
});

const batchesOf = (files: readonly DirectFile[]) =>
  new DirectBatches(
    host,
    files,
    NOTHING,
    () => ({ signal: off.signal }),
    ({ at }) => Promise.resolve(void handedOver.push(at)),
  );

async function filesOf({ archive }: DirectBatch): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of readTar(inPieces(archive), { what: 'it' })) names.push(name);
  return names.filter((name) => !name.includes('/'));
}

describe('packages that are written', () => {
  it('come in order and each once, as many at a time as have 16 MB, and one that has more by itself', async () => {
    const sizes = { a: 8, b: 7, c: 2, d: 17, e: 1, f: 1 };
    const batches = batchesOf(Object.entries(sizes).map(([name, size]) => packageOf(name, size * MB)));
    const seen: unknown[] = [];
    for await (const batch of batches) seen.push([batch.at, batch.taken, await filesOf(batch)]);
    expect(seen).toEqual([
      [0, 2, ['a', 'b']],
      [2, 1, ['c']],
      [3, 1, ['d']],
      [4, 2, ['e', 'f']],
    ]);
    expect(handedOver).toEqual([0, 2, 3, 4]);
  });

  it('are made while those before are written, and no earlier', async () => {
    const batches = batchesOf(['a', 'b', 'c'].map((name) => packageOf(name, 9 * MB)));
    // The first is begun at once, before anybody takes it.
    expect(host.asked).toEqual([3]);
    for await (const { at } of batches) {
      const ahead = Math.min(at + 2, 3);
      await expect.poll(() => host.made).toBe(ahead);
      // Time in which more could begin.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(host.asked).toHaveLength(ahead);
    }
    expect(host.asked).toEqual([3, 2, 1]);
  });

  it('are none where there are none', async () => {
    for await (const batch of batchesOf([])) expect.unreachable(`a batch of ${batch.taken}`);
    expect(host.asked).toEqual([]);
  });
});

describe('the making of packages that are written', () => {
  const files = ['a', 'b', 'c'].map((name) => packageOf(name, 9 * MB));

  it('ends in the middle when it is called off', async () => {
    const taken: number[] = [];
    const all = async (): Promise<void> => {
      for await (const { at } of batchesOf(files)) {
        taken.push(at);
        // The second is being made.
        off.abort();
      }
    };
    await expect(all()).rejects.toThrow('abort');
    expect([taken, host.asked, host.made]).toEqual([[0], [3, 2], 1]);
  });

  it('tells of a package that cannot be read when its turn has come, and makes no more', async () => {
    const cut = files.map((each, i) => (i === 1 ? { ...each, file: each.file.slice(0, 8 * MB) } : each));
    const taken: number[] = [];
    const all = async (): Promise<void> => {
      for await (const { at } of batchesOf(cut)) {
        taken.push(at);
        // It has failed before anybody waits for it.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    expect(await failureOf(all())).toMatchObject({ code: 'archive/truncated' });
    expect([taken, host.asked]).toEqual([[0], [3, 2]]);
  });

  it('ends when they cannot be written', async () => {
    const batches = batchesOf(files);
    const all = async (): Promise<void> => {
      for await (const { at } of batches) throw new Error(`no room for that at ${at}`);
    };
    await expect(all()).rejects.toThrow('no room for that at 0');
    // The one after it was being made already.
    await expect.poll(() => host.made).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(host.asked).toEqual([3, 2]);
  });
});
