import { stored, type PlacedSourceRow, type PortolanDatabase } from '../database.ts';
import {
  hasChanged,
  type CatalogRow,
  type EditRows,
  type RowChange,
  type SourceRow,
  type SourceStore,
} from './source-store.ts';

/** Sources in IndexedDB, where all threads of the origin see them. */
export class IndexedSourceStore implements SourceStore {
  readonly #database: PortolanDatabase;

  constructor(database: PortolanDatabase) {
    this.#database = database;
  }

  async rows(): Promise<readonly SourceRow[]> {
    return stored('the sources', () => this.#inOrder());
  }

  async change(edit: EditRows, catalog?: CatalogRow): Promise<RowChange> {
    const { sources, catalogs } = this.#database;
    return stored('the sources', () =>
      this.#database.transaction('rw', sources, catalogs, async () => {
        const before = await this.#inOrder();
        const after = edit(before);
        await this.#write(before, after);
        if (catalog && hasChanged({ before, after }, catalog.url)) await catalogs.put(catalog);
        return { before, after };
      }),
    );
  }

  async catalog(url: string): Promise<CatalogRow | undefined> {
    return stored('the sources', () => this.#database.catalogs.get(url));
  }

  async #inOrder(): Promise<readonly PlacedSourceRow[]> {
    return this.#database.sources.orderBy('place').toArray();
  }

  async #write(before: readonly SourceRow[], after: readonly SourceRow[]): Promise<void> {
    const { sources, catalogs } = this.#database;
    const staying = new Set(after.map(({ url }) => url));
    const gone = before.map(({ url }) => url).filter((url) => !staying.has(url));
    // A row that is the same object at the same place is as it was.
    await sources.bulkPut(after.flatMap((row, place) => (before[place] === row ? [] : [{ ...row, place }])));
    if (gone.length === 0) return;
    await sources.bulkDelete(gone);
    await catalogs.bulkDelete(gone);
  }
}
