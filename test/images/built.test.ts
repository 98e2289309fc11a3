import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blobPath, CatalogSchema, parseJson, readManifest } from '#domain/container/index.ts';
import { OUTPUT_DIR } from '../../images/build/paths.ts';

/** Most bytes of a container's parts, in MB (10^6): base's as its issue sets them. */
const BUDGETS = [
  { id: 'base', disk: 45, snapshot: 20, kernel: 3.2 },
  { id: 'web', disk: 80, snapshot: 20, kernel: 3.2 },
];
const catalogDir = join(OUTPUT_DIR, 'catalog');

test.each(BUDGETS)('$id keeps to its budget of bytes', async ({ id, disk, snapshot, kernel }) => {
  const parts = await partsOf(id);
  expect(parts.disk.blob.size / 1e6).toBeLessThanOrEqual(disk);
  expect((parts.kernel?.size ?? 0) / 1e6).toBeLessThanOrEqual(kernel);
  for (const { blob } of parts.snapshots) expect(blob.size / 1e6).toBeLessThanOrEqual(snapshot);
});

test('containers share one kernel, which browsers fetch once', async () => {
  const [first, second] = await Promise.all([partsOf('base'), partsOf('web')]);
  expect(first.kernel).toBeDefined();
  expect(second.kernel).toEqual(first.kernel);
});

async function partsOf(id: string): Promise<ReturnType<typeof readManifest>> {
  const text = await readFile(join(catalogDir, 'catalog.json'), 'utf8').catch((cause: unknown) => {
    throw new Error('there is no built catalog to look at: npm run images', { cause });
  });
  const entry = parseJson(CatalogSchema, text, 'catalog').entries.find((each) => each.id === id);
  if (!entry) throw new Error(`the catalog has no ${id}`);
  return readManifest(await readFile(join(catalogDir, blobPath(entry.manifest.digest)), 'utf8'));
}
