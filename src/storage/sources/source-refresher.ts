import { AppError } from '#domain/errors/index.ts';
import type { SourceNews } from '#ports/service-worker.ts';
import { readSource, type ReadSource } from './read-source.ts';
import { afterReading, type ReadOutcome } from './source-row.ts';
import type { Clock, SourceRow } from './source-store.ts';
import type { KeptCatalog, SourceTable } from './source-table.ts';

/** Reads sources anew, each once at a time, and keeps what they say. */
export class SourceRefresher {
  readonly #table: SourceTable;
  readonly #clock: Clock;
  readonly #announce: (news: SourceNews) => void;
  readonly #flights = new Map<string, Promise<ReadOutcome>>();

  constructor(table: SourceTable, clock: Clock, announce: (news: SourceNews) => void) {
    this.#table = table;
    this.#clock = clock;
    this.#announce = announce;
  }

  /**
   * How reading a source ends. It never fails, and goes on whoever gives up waiting: others may wait, too.
   * @param thorough looks at the signature also where the catalog is as it was
   */
  refresh(url: string, thorough = false): Promise<ReadOutcome> {
    const flying = this.#flights.get(url);
    if (flying) return flying;
    const flight = this.#refresh(url, thorough).finally(() => this.#flights.delete(url));
    this.#flights.set(url, flight);
    return flight;
  }

  /** Resolves when nothing is being read any longer. */
  async idle(): Promise<void> {
    while (this.#flights.size > 0) await Promise.allSettled(this.#flights.values());
  }

  async #refresh(url: string, thorough: boolean): Promise<ReadOutcome> {
    try {
      const row = (await this.#table.rows()).find((each) => each.url === url);
      if (!row) throw new AppError('source/unknown', { url });
      const kept = await this.#table.catalog(url);
      const known = thorough || !isVerified(row) ? undefined : kept?.catalog.text;
      const read = await readSource(url, { key: row.key, known });
      return (await this.#keep(row, kept, read)) ?? (await this.#refresh(url, thorough));
    } catch (error) {
      return this.#noteFailure(url, AppError.from(error));
    }
  }

  /** Undefined when meanwhile the user said that another key counts. */
  async #keep(row: SourceRow, kept: KeptCatalog | undefined, read: ReadSource): Promise<ReadOutcome | undefined> {
    const { catalog, listing, latency, signer } = read;
    const { url } = catalog;
    const outcome: ReadOutcome = {
      ok: true,
      at: this.#clock.now(),
      latency,
      entries: listing.entries.length + listing.foreign.length,
      // This server's own also decides what this app is: to hold it to a key would lock the user out at most.
      signed: signer && { keyId: signer.keyId, pin: url === this.#table.embeddedUrl ? undefined : signer.key },
    };
    const isNew = kept?.catalog.text !== catalog.text;
    let isStillAsked = true;
    const edit = (each: SourceRow): SourceRow => {
      isStillAsked = each.key === row.key;
      return isStillAsked ? afterReading(each, outcome) : each;
    };
    await this.#table.note(url, edit, isNew ? catalog : undefined);
    if (!isStillAsked) return undefined;
    this.#tell(row, afterReading(row, outcome), isNew);
    return outcome;
  }

  async #noteFailure(url: string, error: AppError): Promise<ReadOutcome> {
    const [at, random] = [this.#clock.now(), this.#clock.random()];
    const outcome: ReadOutcome = { ok: false, at, error: error.toRecord(), random };
    const row = (await this.#table.rows().catch(() => [])).find((each) => each.url === url);
    if (row) {
      await this.#table.note(url, (each) => afterReading(each, outcome));
      this.#tell(row, afterReading(row, outcome), false);
    }
    return outcome;
  }

  /** Only what someone can see: a page that hears of a change reads, and to read is to ask the sources again. */
  #tell(before: SourceRow, after: SourceRow, isNew: boolean): void {
    const { url } = after;
    const changed = (...keys: readonly (keyof SourceRow)[]): boolean => keys.some((key) => before[key] !== after[key]);
    const verdict = before.refusal?.code !== after.refusal?.code;
    const listings = isNew || verdict || changed('stale', 'keyId');
    if (listings) this.#announce({ type: 'CATALOG_CHANGED', url });
    if (listings || before.error?.code !== after.error?.code) this.#announce({ type: 'SOURCES_CHANGED' });
  }
}

/** True when it is known who signed the kept catalog, and that they may. */
function isVerified({ refusal, key, keyId }: SourceRow): boolean {
  return refusal === undefined && (key === undefined || keyId !== undefined);
}
