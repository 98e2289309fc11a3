import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blobPath, CatalogSchema, parseJson, readManifest, type CatalogEntry } from '#domain/container/index.ts';
import { generateKey, openPublication, signCatalog, verifyPublication } from '../../publishing/index.ts';
import { startServer } from '../../cli/serve/server.ts';
import { publishSample, temporaryFolder } from './support/sample.ts';

let folder: string;
let published: string;
let entry: CatalogEntry;
/** A copy that a test may damage. */
let dir: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  published = join(folder, 'published');
  entry = await publishSample(published);
  await publishSample(published, { version: '2', disk: [1, 3, 2] });
  await signCatalog(published, generateKey(), { newKey: false });
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  dir = join(folder, 'copy');
  await cp(published, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

async function problems(place = dir): Promise<string[]> {
  const report = await verifyPublication(await openPublication(place));
  return report.problems.map(({ path, detail }) => `${path}: ${detail}`);
}

async function parts() {
  return readManifest(await readFile(join(dir, blobPath(entry.manifest.digest)), 'utf8'));
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(join(dir, path));
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(join(dir, path), bytes);
}

describe('a publication', () => {
  it('as it was published is all well, and everything in it was looked at', async () => {
    const report = await verifyPublication(await openPublication(dir));
    const blobs = await readdir(join(dir, 'blobs/sha256'));
    expect(report).toMatchObject({ problems: [], containers: 2, blobs: blobs.length });
    expect(report.chunks).toBe(2 * (3 + 2));
    expect(report.signature?.keyId).toMatch(/^[0-9A-F]{16}$/);
  });

  it('is verified over HTTP just so', async () => {
    const server = await startServer({ root: dir, port: 0 });
    expect(await problems(`http://127.0.0.1:${server.port}/`)).toEqual([]);
    const { disk } = await parts();
    await flip(blobPath(disk.blob.digest), 200_000);
    expect(await problems(`http://127.0.0.1:${server.port}/catalog.json`)).toHaveLength(2);
    await server.close();
  });

  it('with a flipped bit anywhere is not well, and the file is named', async () => {
    const names = await readdir(join(dir, 'blobs/sha256'));
    const lists = ['catalog.json', 'catalog.json.minisig', 'minisign.pub'];
    const files = [...lists, ...names.map((name) => `blobs/sha256/${name}`)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(), async (path, at) => {
        const before = await readFile(join(dir, path));
        // Comments in front are nobody's promise, and what stands behind a key is not read.
        const promised = path.endsWith('.pub') || path.endsWith('.minisig') ? before.indexOf('\n') + 1 : 0;
        const end = before.length - (path.endsWith('.pub') ? 1 : 0);
        await flip(path, promised + (at % (end - promised)));
        const found = await problems();
        await writeFile(join(dir, path), before);
        const blamed =
          path === 'catalog.json' ? /^catalog\.json/ : new RegExp(`^(?:${path}|catalog\\.json\\.minisig):`);
        expect(found.filter((line) => blamed.test(line))).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('with a wrong chunk says which', async () => {
    const { disk } = await parts();
    const path = blobPath(disk.blob.digest);
    const at = disk.blob.size - 5;
    await flip(path, at);
    const found = await problems();
    expect(found[0]).toMatch(new RegExp(`^${path}: chunk 2 \\(bytes \\d+ to ${disk.blob.size - 1}\\): `));
    expect(found[1]).toMatch(new RegExp(`^${path}: its digest is sha256:`));
  });

  it('with a blob gone, cut short or grown says so', async () => {
    const { kernel, disk, snapshots } = await parts();
    if (!kernel || !snapshots[0]) throw new Error('the sample lacks a part');
    await rm(join(dir, blobPath(kernel.digest)));
    await truncate(join(dir, blobPath(disk.blob.digest)), disk.blob.size - 1);
    await writeFile(join(dir, blobPath(snapshots[0].chunks.digest)), 'more', { flag: 'a' });
    const { size } = snapshots[0].chunks;
    const expected = [
      `${blobPath(disk.blob.digest)}: it has ${disk.blob.size - 1} bytes instead of ${disk.blob.size}`,
      `${blobPath(snapshots[0].chunks.digest)}: it has ${size + 4} bytes instead of ${size}`,
      `${blobPath(kernel.digest)}: it is not there`,
    ];
    expect((await problems()).toSorted()).toEqual(expected.toSorted());
  });

  it('whose lists disagree says so', async () => {
    const text = await readFile(join(dir, 'catalog.json'), 'utf8');
    await rm(join(dir, 'catalog.json.minisig'));
    await writeFile(join(dir, 'catalog.json'), text.replace(`"size": ${entry.size}`, `"size": ${entry.size + 1}`));
    await writeFile(join(dir, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    await rm(join(dir, 'oci-layout'));
    expect(await problems()).toEqual([
      'oci-layout: it is not there',
      'index.json: it does not list sample@2',
      'index.json: it does not list sample@1',
      `catalog.json: sample@1 has ${entry.size} bytes, not ${entry.size + 1}`,
    ]);
  });

  it('without a catalog is verified by its index, as other tools leave it', async () => {
    for (const name of ['catalog.json', 'catalog.json.minisig', 'minisign.pub']) await rm(join(dir, name));
    expect(await verifyPublication(await openPublication(dir))).toMatchObject({ problems: [], containers: 2 });
  });

  it('that is none at all cannot be verified', async () => {
    await rm(join(dir, 'catalog.json'));
    await rm(join(dir, 'index.json'));
    await expect(problems()).rejects.toThrow('neither catalog.json nor index.json');
  });

  it('with a catalog that is no catalog says what is wrong with it', async () => {
    await writeFile(join(dir, 'catalog.json'), '{"schemaVersion":1,"entries":[{"id":"../x"}]}');
    expect(await problems()).toContain('catalog.json: entries.0.id: not an id');
  });
});

describe('a signature', () => {
  it('that does not fit the catalog any more is a problem', async () => {
    const text = await readFile(join(dir, 'catalog.json'), 'utf8');
    await writeFile(join(dir, 'catalog.json'), text.replace('For tests.', 'For  tests.'));
    expect(await problems()).toEqual(['catalog.json.minisig: it does not hold: the signature does not fit it.']);
  });

  it('without its key, or by another, or none where one is asked for, is a problem', async () => {
    const publication = await openPublication(dir);
    const other = await verifyPublication(publication, { publicKey: btoa('Ed'.padEnd(42, '1')) });
    expect(other.problems[0]?.detail).toMatch(/^it does not hold: it is signed with the key/);
    await rm(join(dir, 'minisign.pub'));
    expect(await problems()).toEqual(['minisign.pub: there is no public key to check the signature with']);
    // An empty signature counts as none.
    await writeFile(join(dir, 'catalog.json.minisig'), '');
    const none = await verifyPublication(publication, { publicKey: btoa('Ed'.padEnd(42, '1')) });
    expect(none.problems).toEqual([{ path: 'catalog.json.minisig', detail: 'there is no signature' }]);
  });
});

it('a catalog that was published can be read by the app', async () => {
  const { entries } = parseJson(CatalogSchema, await readFile(join(dir, 'catalog.json'), 'utf8'), 'it');
  expect(entries.map(({ version }) => version)).toEqual(['2', '1']);
});
