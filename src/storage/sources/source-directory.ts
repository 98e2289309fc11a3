import { untilAborted } from '#domain/async/index.ts';
import {
  catalogCandidates,
  mergeCatalogs,
  moveTo,
  type Listing,
  type MergedEntry,
  type MergedForeign,
} from '#domain/catalog/index.ts';
import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorCode } from '#domain/errors/index.ts';
import { parsePublicKey } from '#domain/signature/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { SourceNews } from '#ports/service-worker.ts';
import type {
  CatalogSignature,
  Mirror,
  MirrorDirectory,
  MirrorOutcome,
  Source,
  Sources,
  SourceSettings,
} from '#ports/sources.ts';
import { MirrorNotes } from './mirror-notes.ts';
import { readSource, type ReadSource } from './read-source.ts';
import { SourceRefresher } from './source-refresher.ts';
import { afterReading, isDue, nameOr, newRow, signatureOf, toSource } from './source-row.ts';
import type { CatalogRow, Clock, EditRows, SourceRow, SourceStore } from './source-store.ts';
import { SourceTable } from './source-table.ts';

/** Where a catalog is not, it may be at the next address that fits what the user typed. */
const TRY_NEXT: readonly ErrorCode[] = ['source/not-found', 'format/invalid'];

/** A container of the merged catalog, and who signed for it. */
export interface SignedEntry extends MergedEntry {
  /** Of the first mirror's catalog. */
  readonly signature: CatalogSignature;
}

/** What all enabled sources list. */
export interface SourcesCatalog {
  readonly entries: readonly SignedEntry[];
  readonly foreign: readonly MergedForeign[];
}

/** What one server lists, whether or not it is a source. */
export interface RemoteCatalog extends Listing {
  readonly url: string;
  readonly signature: CatalogSignature;
}

export interface SourceDirectoryOptions {
  /** It may be on its way: see `openStorage`. */
  readonly store: Promise<SourceStore>;
  /** Absolute URL of this server's own catalog. */
  readonly embeddedUrl: string;
  /** Hears of what pages should know. */
  readonly announce: (news: SourceNews) => void;
  readonly clock?: Clock;
}

/** The user's sources: kept on the device, answered from there, and refreshed behind. */
export class SourceDirectory implements Sources, MirrorDirectory {
  readonly #table: SourceTable;
  readonly #refresher: SourceRefresher;
  readonly #mirrors: MirrorNotes;
  readonly #announce: (news: SourceNews) => void;
  readonly #clock: Clock;

  constructor({ store, embeddedUrl, announce, clock }: SourceDirectoryOptions) {
    this.#clock = clock ?? { now: () => Date.now(), random: () => Math.random() };
    this.#table = new SourceTable(store, embeddedUrl);
    this.#refresher = new SourceRefresher(this.#table, this.#clock, announce);
    this.#mirrors = new MirrorNotes(this.#table, this.#clock, () => announce({ type: 'SOURCES_CHANGED' }));
    this.#announce = announce;
  }

  async list({ signal }: Cancellable = {}): Promise<readonly Source[]> {
    const rows = await untilAborted(this.#table.rows(), signal);
    return rows.map((row, place) => this.#toSource(row, place));
  }

  /**
   * What the enabled sources list: from the device at once; those that are due are read anew behind it. Only where there
   * is nothing yet it waits for the first that answers.
   * @throws AppError `source/*`, `format/invalid` when there is nothing and none answers: of the first in the user's order
   */
  async catalog({ signal }: Cancellable = {}): Promise<SourcesCatalog> {
    const rows = (await untilAborted(this.#table.rows(), signal)).filter(({ enabled }) => enabled);
    const isEmpty = (await this.#table.catalogs()).length === 0 && rows.length > 0;
    const asked = rows.filter((row) => isEmpty || isDue(row, this.#clock.now()));
    const flights = asked.map(({ url }) => this.#refresher.refresh(url));
    if (isEmpty) await untilAborted(firstOk(flights), signal);
    return this.listed();
  }

  /**
   * Reads the catalog at an address, without keeping anything.
   * @throws as `add`
   */
  async remote(url: string, options: Cancellable = {}): Promise<RemoteCatalog> {
    const { catalog, listing, signer } = await this.#find(catalogCandidates(url), options);
    const keyId = signer?.keyId;
    const signature: CatalogSignature = keyId === undefined ? { name: 'unsigned' } : { name: 'signed', keyId };
    return { url: catalog.url, ...listing, signature };
  }

  async add(url: string, settings: SourceSettings = {}, options: Cancellable = {}): Promise<Source> {
    const { key } = settings;
    if (key !== undefined) parsePublicKey(key);
    const candidates = catalogCandidates(url);
    const there = (await this.#table.rows()).find((row) => candidates.includes(row.url));
    if (there) return this.update(there.url, settings);
    const read = await this.#find(candidates, options, key);
    return this.#insert(read, settings);
  }

  async update(url: string, settings: SourceSettings): Promise<Source> {
    const { key, priority } = settings;
    if (key !== undefined) parsePublicKey(key);
    const source = await this.#change(url, (rows) => {
      const from = rows.findIndex((row) => row.url === url);
      const changed = rows.map((row, i) => (i === from ? withSettings(row, settings) : row));
      return priority === undefined || from === -1 ? changed : moveTo(changed, from, priority);
    });
    // What it lists is not known to be signed with the new key, or may be old.
    if (source.enabled && (key !== undefined || settings.enabled !== undefined)) void this.#refresher.refresh(url);
    return source;
  }

  async remove(url: string): Promise<void> {
    if (url === this.#table.embeddedUrl) throw new AppError('source/embedded');
    const { before } = await this.#table.change((rows) => rows.filter((row) => row.url !== url));
    if (!before.some((row) => row.url === url)) throw new AppError('source/unknown', { url });
    this.#tellAll(url);
  }

  async refresh(url?: string, { signal }: Cancellable = {}): Promise<void> {
    const rows = await untilAborted(this.#table.rows(), signal);
    const asked = url === undefined ? rows.filter(({ enabled }) => enabled) : rows.filter((row) => row.url === url);
    if (url !== undefined && asked.length === 0) throw new AppError('source/unknown', { url });
    await this.#ask(asked, true, signal);
  }

  /** Asks those sources again that are due: not just now, and not while they are left alone. */
  async check({ signal }: Cancellable = {}): Promise<void> {
    const rows = await untilAborted(this.#table.rows(), signal);
    const due = rows.filter((row) => isDue(row, this.#clock.now()));
    await this.#ask(due, false, signal);
  }

  /** Resolves when nothing is being read any longer: a service worker has to live so long. */
  idle(): Promise<void> {
    return this.#refresher.idle();
  }

  /** This server's own catalog.json as it was last read, and reads it anew behind; undefined when there is none. */
  async embedded(): Promise<CatalogRow | undefined> {
    const { embeddedUrl } = this.#table;
    const kept = await this.#table.catalog(embeddedUrl);
    void this.#refresher.refresh(embeddedUrl);
    return kept?.catalog;
  }

  mirrorsOf(manifest: Digest): Promise<readonly Mirror[]> {
    return this.#mirrors.mirrorsOf(manifest);
  }

  report(mirror: Mirror, outcome: MirrorOutcome): void {
    this.#mirrors.report(mirror, outcome);
  }

  /** What the enabled sources listed when they were last read: from the device only. */
  async listed(): Promise<SourcesCatalog> {
    const [rows, catalogs] = await Promise.all([this.#table.rows(), this.#table.catalogs()]);
    const signatures = new Map(rows.map((row) => [row.url, signatureOf(row)]));
    const { entries, foreign } = mergeCatalogs(catalogs, this.#clock.now());
    const unsigned: CatalogSignature = { name: 'unsigned' };
    const signatureFor = ([first = '']: readonly string[]) => signatures.get(first) ?? unsigned;
    return { entries: entries.map((each) => ({ ...each, signature: signatureFor(each.mirrors) })), foreign };
  }

  /** The first address at which there is a catalog. @throws AppError what the first said, where there is none */
  async #find(urls: readonly string[], options: Cancellable, key?: string): Promise<ReadSource> {
    const errors: AppError[] = [];
    for (const url of urls) {
      try {
        return await readSource(url, { ...options, key });
      } catch (cause) {
        options.signal?.throwIfAborted();
        errors.push(AppError.from(cause));
        if (!TRY_NEXT.includes(AppError.from(cause).code)) break;
      }
    }
    // Somebody who typed a folder learns more from a server that failed than from a file that is not there.
    throw (
      errors.find(({ code }) => code !== 'source/not-found') ?? errors[0] ?? new AppError('source/unknown', { url: '' })
    );
  }

  async #insert(read: ReadSource, settings: SourceSettings): Promise<Source> {
    const { catalog, listing, latency, signer } = read;
    const { url } = catalog;
    const entries = listing.entries.length + listing.foreign.length;
    const signed = signer && { keyId: signer.keyId, pin: signer.key };
    const outcome = { ok: true, at: this.#clock.now(), latency, entries, signed } as const;
    const row = afterReading(withSettings(newRow(url), settings), outcome);
    const insert: EditRows = (rows) => {
      // Another tab may have been faster.
      const others = rows.filter((each) => each.url !== url);
      return moveTo([...others, row], others.length, settings.priority ?? others.length);
    };
    return this.#change(url, insert, catalog);
  }

  /** @throws AppError `source/unknown` when it is not there afterwards */
  async #change(url: string, edit: EditRows, catalog?: CatalogRow): Promise<Source> {
    const { after } = await this.#table.change(edit, catalog);
    const place = after.findIndex((row) => row.url === url);
    const row = after[place];
    if (!row) throw new AppError('source/unknown', { url });
    this.#tellAll(url);
    return this.#toSource(row, place);
  }

  async #ask(rows: readonly SourceRow[], thorough: boolean, signal: AbortSignal | undefined): Promise<void> {
    const flights = rows.map(({ url }) => this.#refresher.refresh(url, thorough));
    await untilAborted(Promise.all(flights), signal);
  }

  #toSource(row: SourceRow, place: number): Source {
    return toSource(row, place, row.url === this.#table.embeddedUrl);
  }

  #tellAll(url: string): void {
    this.#announce({ type: 'CATALOG_CHANGED', url });
    this.#announce({ type: 'SOURCES_CHANGED' });
  }
}

function withSettings(row: SourceRow, { name, enabled, key }: SourceSettings): SourceRow {
  const renamed = name === undefined ? {} : { name: nameOr(name, row.url) };
  // The kept catalog may be signed by another: that shows when it is read the next time.
  const pinned = key === undefined || key === row.key ? {} : { key, keyId: undefined };
  return { ...row, ...renamed, ...pinned, ...(enabled === undefined ? {} : { enabled }) };
}

/** Resolves with the first that ends well. @throws AppError of the first in the list, when none does */
async function firstOk(flights: readonly ReturnType<SourceRefresher['refresh']>[]): Promise<void> {
  const wanted = flights.map(async (flight) => {
    const outcome = await flight;
    if (!outcome.ok) throw AppError.fromRecord(outcome.error);
  });
  try {
    await Promise.any(wanted);
  } catch {
    await Promise.all(wanted);
  }
}
