import type { ErrorRecord } from '#domain/errors/index.ts';

/** What is kept of a source. Times are milliseconds since the epoch. */
export interface SourceRow {
  readonly url: string;
  readonly name: string;
  readonly enabled: boolean;
  /** minisign's public key in base64: only what it signed is taken. */
  readonly key: string | undefined;
  /** Who signed the catalog that is kept; undefined when nobody did. */
  readonly keyId: string | undefined;
  /** Why its newest catalog was not taken; undefined when it was. */
  readonly refusal: ErrorRecord | undefined;
  readonly entries: number;
  readonly readAt: number | undefined;
  /** When it was last asked, however that ended. */
  readonly checkedAt: number | undefined;
  readonly stale: boolean;
  readonly latency: number | undefined;
  readonly failures: number;
  readonly error: ErrorRecord | undefined;
  readonly retryAt: number | undefined;
}

/** The last good catalog of a source, as it came. */
export interface CatalogRow {
  readonly url: string;
  readonly text: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/** Sources and their last good catalogs. Errors: `storage/full`, `storage/unavailable`. */
export interface SourceStore {
  /** In the user's order. */
  rows(): Promise<readonly SourceRow[]>;
  /**
   * Changes the rows in one step. Catalogs of rows that are gone go with them.
   * @param edit gives the new rows in the new order; it may be called more than once
   * @param catalog is kept too, if `edit` gives another row for its source than before
   * @returns the rows before and after
   */
  change(edit: EditRows, catalog?: CatalogRow): Promise<RowChange>;
  catalog(url: string): Promise<CatalogRow | undefined>;
}

/** True when there is a row for this source afterwards, and not the same as before. */
export function hasChanged({ before, after }: RowChange, url: string): boolean {
  const row = after.find((each) => each.url === url);
  return row !== undefined && !before.includes(row);
}

export type EditRows = (rows: readonly SourceRow[]) => readonly SourceRow[];

export interface RowChange {
  readonly before: readonly SourceRow[];
  readonly after: readonly SourceRow[];
}

/** Time and chance. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
}
