import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  CatalogSchema,
  parseJson,
  readArtifact,
  RuntimeConfigSchema,
  type RuntimeConfig,
} from '#domain/container/index.ts';
import { parseIndex, parseStatus, resolve } from '#domain/packages/index.ts';
import { pinPackages } from '../../images/build/packages.ts';
import { OUTPUT_DIR } from '../../images/build/paths.ts';
import { base } from '../../images/recipes/index.ts';
import { RUNTIMES } from '../../images/runtimes/index.ts';

const catalogDir = join(OUTPUT_DIR, 'catalog');
/** Most bytes to download, in MB (10^6). */
const BUDGETS: Readonly<Record<string, number>> = { nginx: 2, sqlite3: 3, python3: 22 };

async function runtimeOf(id: string): Promise<{ readonly config: RuntimeConfig; readonly size: number }> {
  const { entries } = parseJson(CatalogSchema, await readFile(join(catalogDir, 'catalog.json'), 'utf8'), 'catalog');
  const entry = entries.find((each) => each.id === id && each.kind === 'runtime');
  if (!entry) throw new Error(`the catalog has no runtime ${id}: npm run images`);
  const artifact = readArtifact(await readFile(join(catalogDir, blobPath(entry.manifest.digest)), 'utf8'));
  const config = await readFile(join(catalogDir, blobPath(artifact.parts.config.digest)), 'utf8');
  return { config: parseJson(RuntimeConfigSchema, config, id), size: entry.size };
}

/** dpkg's status on a machine of the container `base`. */
async function statusOfBase(): Promise<Uint8Array> {
  const { rootfs } = await pinPackages(base, false);
  const text = rootfs.map(({ entry }) => `${entry.trim()}\nStatus: install ok installed\n`).join('\n');
  return new TextEncoder().encode(text);
}

describe.each(RUNTIMES.map(({ id }) => id))('the runtime %s', (id) => {
  it('has all that a machine of base needs to take it on, and nothing else', async () => {
    const { config } = await runtimeOf(id);
    const index = parseIndex(new TextEncoder().encode(config.packages.map(({ stanza }) => stanza).join('\n')));
    const plan = resolve({ index, status: parseStatus(await statusOfBase()), wanted: config.wanted });
    expect(plan).toMatchObject({ kind: 'plan', removed: [] });
    const planned = plan.kind === 'plan' ? plan.packages.map(({ name }) => name) : [];
    expect(planned.toSorted()).toEqual(config.packages.map(({ name }) => name).toSorted());
  });

  it('keeps to its budget of bytes', async () => {
    expect((await runtimeOf(id)).size / 1e6).toBeLessThanOrEqual(BUDGETS[id] ?? 25);
  });
});
