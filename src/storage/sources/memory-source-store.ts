import {
  hasChanged,
  type CatalogRow,
  type EditRows,
  type RowChange,
  type SourceRow,
  type SourceStore,
} from './source-store.ts';

/** Sources for as long as the thread lives: where the browser keeps nothing (private windows), and in Node. */
export class MemorySourceStore implements SourceStore {
  #rows: readonly SourceRow[] = [];
  readonly #catalogs = new Map<string, CatalogRow>();

  rows(): Promise<readonly SourceRow[]> {
    return Promise.resolve(this.#rows);
  }

  change(edit: EditRows, catalog?: CatalogRow): Promise<RowChange> {
    const before = this.#rows;
    const after = edit(before);
    this.#rows = after;
    if (catalog && hasChanged({ before, after }, catalog.url)) this.#catalogs.set(catalog.url, catalog);
    const urls = new Set(after.map(({ url }) => url));
    for (const url of this.#catalogs.keys()) if (!urls.has(url)) this.#catalogs.delete(url);
    return Promise.resolve({ before, after });
  }

  catalog(url: string): Promise<CatalogRow | undefined> {
    return Promise.resolve(this.#catalogs.get(url));
  }
}
