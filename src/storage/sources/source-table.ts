import { readListing, type Listing, type SourceCatalog } from '#domain/catalog/index.ts';
import { newRow } from './source-row.ts';
import type { CatalogRow, EditRows, RowChange, SourceRow, SourceStore } from './source-store.ts';

/** A source's last good catalog. */
export interface KeptCatalog {
  readonly catalog: CatalogRow;
  readonly listing: Listing;
}

interface Unkept {
  readonly edit: (row: SourceRow) => SourceRow;
  readonly catalog: CatalogRow | undefined;
}

/** The kept sources, with this server's own always among them. */
export class SourceTable {
  /** Absolute URL of this server's own catalog. */
  readonly embeddedUrl: string;
  readonly #store: Promise<SourceStore>;
  /** Parsed texts; they are kept as text, so that they are checked by the rules of the build that uses them. */
  readonly #listings = new Map<string, KeptCatalog>();
  /** What the device had no room for, for as long as this thread lives. */
  readonly #unkept = new Map<string, Unkept>();

  constructor(store: Promise<SourceStore>, embeddedUrl: string) {
    this.#store = store;
    this.embeddedUrl = embeddedUrl;
  }

  /** In the user's order. @throws AppError `storage/unavailable` */
  async rows(): Promise<readonly SourceRow[]> {
    const rows = this.#withEmbedded(await (await this.#store).rows());
    return rows.map((row) => this.#unkept.get(row.url)?.edit(row) ?? row);
  }

  /** Changes what the user decides. @throws AppError `storage/full`, `storage/unavailable` */
  async change(edit: EditRows, catalog?: CatalogRow): Promise<RowChange> {
    const { before, after } = await (await this.#store).change((rows) => edit(this.#withEmbedded(rows)), catalog);
    return { before: this.#withEmbedded(before), after };
  }

  /** Writes down how a source does. A device without room holds up nobody: then it is remembered here. */
  async note(url: string, edit: Unkept['edit'], catalog?: CatalogRow): Promise<void> {
    const held = this.#unkept.get(url);
    const all = held ? (row: SourceRow) => edit(held.edit(row)) : edit;
    const newest = catalog ?? held?.catalog;
    try {
      await this.change((rows) => rows.map((row) => (row.url === url ? all(row) : row)), newest);
      this.#unkept.delete(url);
    } catch {
      this.#unkept.set(url, { edit: all, catalog: newest });
    }
  }

  /** The last good catalog; undefined when there is none, or none that this build can read. */
  async catalog(url: string): Promise<KeptCatalog | undefined> {
    const catalog = this.#unkept.get(url)?.catalog ?? (await (await this.#store).catalog(url));
    if (!catalog) return undefined;
    const known = this.#listings.get(url);
    if (known?.catalog.text === catalog.text) return known;
    const listing = tryRead(catalog);
    if (!listing) return undefined;
    const kept = { catalog, listing };
    this.#listings.set(url, kept);
    return kept;
  }

  /** What the enabled sources list. */
  async catalogs(): Promise<readonly SourceCatalog[]> {
    const rows = await this.rows();
    return (await Promise.all(rows.map((row, priority) => this.#listed(row, priority)))).flat();
  }

  async #listed(row: SourceRow, priority: number): Promise<SourceCatalog[]> {
    const { url, enabled, readAt, stale, failures, latency, retryAt } = row;
    const kept = enabled ? await this.catalog(url) : undefined;
    if (!kept || readAt === undefined) return [];
    return [{ url, priority, listing: kept.listing, readAt, stale, health: { failures, latency, retryAt } }];
  }

  #withEmbedded(rows: readonly SourceRow[]): readonly SourceRow[] {
    const { embeddedUrl } = this;
    if (rows.some(({ url }) => url === embeddedUrl)) return rows;
    return [newRow(embeddedUrl, { name: 'This server' }), ...rows];
  }
}

function tryRead({ text, url }: CatalogRow): Listing | undefined {
  try {
    return readListing(text, url);
  } catch {
    return undefined;
  }
}
