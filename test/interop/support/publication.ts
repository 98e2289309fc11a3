import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogEntry } from '#domain/container/index.ts';
import { copyContainer, findEntry, openPublication, publish } from '../../../publishing/index.ts';

/** What `npm run images` has made. */
const BUILT = 'build/catalog';

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'portolan-interop-'));
}

/** Publishes the built base container in a folder. */
export async function publishBase(dir: string): Promise<CatalogEntry> {
  const source = await openPublication(BUILT);
  const base = await findEntry(source, 'base');
  const pack = async (scratch: string): Promise<CatalogEntry> => {
    await copyContainer(dir, scratch, source, base);
    return base;
  };
  return (await publish(dir, pack, { alone: false })).entry;
}
