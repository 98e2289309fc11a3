import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blobPath, CatalogSchema, parseJson, readManifest } from '#domain/container/index.ts';
import { OUTPUT_DIR } from '../../images/build/paths.ts';

/** Most bytes of base's parts, in MB (10^6), as its issue sets them. */
const BUDGET = { disk: 45, snapshot: 20, kernel: 3.2 };
const catalogDir = join(OUTPUT_DIR, 'catalog');

test('base keeps to its budget of bytes', async () => {
  const text = await readFile(join(catalogDir, 'catalog.json'), 'utf8').catch((cause: unknown) => {
    throw new Error('there is no built catalog to look at: npm run images', { cause });
  });
  const catalog = parseJson(CatalogSchema, text, 'catalog');
  const base = catalog.entries.find(({ id }) => id === 'base');
  if (!base) throw new Error('the catalog has no base');
  const manifest = join(catalogDir, blobPath(base.manifest.digest));
  const parts = readManifest(await readFile(manifest, 'utf8'));
  expect(parts.disk.blob.size / 1e6).toBeLessThanOrEqual(BUDGET.disk);
  expect((parts.kernel?.size ?? 0) / 1e6).toBeLessThanOrEqual(BUDGET.kernel);
  for (const { blob } of parts.snapshots) expect(blob.size / 1e6).toBeLessThanOrEqual(BUDGET.snapshot);
});
