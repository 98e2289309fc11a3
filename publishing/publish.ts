import type { CatalogEntry } from '#domain/container/index.ts';
import { readEntries, writeCatalog } from './layout/catalog.ts';
import { withLayout } from './layout/layout-lock.ts';
import { removeUnlisted } from './layout/prune-blobs.ts';
import { withEntry } from './layout/with-entry.ts';

export interface PublishOptions {
  /** Takes the other versions of its id out of the catalog, and removes what only they needed. */
  readonly alone: boolean;
}

/**
 * Adds a container to a catalog. Its blobs are written first, the lists last: a crash in between leaves the old catalog.
 * @param dir the catalog's folder, made if need be
 * @param pack writes the container's blobs into `dir`; `scratch` is for what is not to be seen yet
 * @returns the catalog's entry, and whether the catalog is another than before
 * @throws PublishError, AppError
 */
export async function publish(
  dir: string,
  pack: (scratch: string) => Promise<CatalogEntry>,
  { alone }: PublishOptions,
): Promise<{ readonly entry: CatalogEntry; readonly changed: boolean }> {
  return withLayout(dir, async (scratch) => {
    // Read before anything is written: a catalog that cannot be read is not to be overwritten.
    const before = await readEntries(dir);
    const entry = await pack(scratch);
    const entries = withEntry(before, entry, { alone });
    const changed = await writeCatalog(dir, entries);
    if (alone)
      await removeUnlisted(
        dir,
        before.filter((each) => !entries.includes(each)),
      );
    return { entry, changed };
  });
}
