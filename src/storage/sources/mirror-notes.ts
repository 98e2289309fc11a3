import { orderMirrors, type SourceCatalog } from '#domain/catalog/index.ts';
import type { Digest } from '#domain/container/index.ts';
import type { Mirror, MirrorDirectory, MirrorOutcome } from '#ports/sources.ts';
import { afterMirroring } from './source-row.ts';
import type { Clock } from './source-store.ts';
import type { SourceTable } from './source-table.ts';

/** Milliseconds for which the lists are not read from the device again: who fetches chunks asks for each. */
const FRESH_MS = 2000;
/** Milliseconds in which a mirror that does well is written down once. */
const NOTE_EVERY_MS = 30_000;

/** Where containers are listed, and how those places do. */
export class MirrorNotes implements MirrorDirectory {
  readonly #table: SourceTable;
  readonly #clock: Clock;
  readonly #onTurn: () => void;
  readonly #noted = new Map<string, number>();
  readonly #failing = new Set<string>();
  #recent: { readonly at: number; readonly catalogs: Promise<readonly SourceCatalog[]> } | undefined;

  /** @param onTurn a mirror that did well fails, or one that failed does well */
  constructor(table: SourceTable, clock: Clock, onTurn: () => void) {
    this.#table = table;
    this.#clock = clock;
    this.#onTurn = onTurn;
  }

  async mirrorsOf(manifest: Digest): Promise<readonly Mirror[]> {
    const catalogs = await this.#catalogs();
    const having = catalogs.filter(({ listing }) => listing.entries.some((each) => each.manifest.digest === manifest));
    return orderMirrors(having, this.#clock.now()).map(({ url }) => ({ catalogUrl: url }));
  }

  report({ catalogUrl }: Mirror, outcome: MirrorOutcome): void {
    const now = this.#clock.now();
    const turns = outcome.ok === this.#failing.has(catalogUrl);
    const isRoutine = outcome.ok && !turns && now - (this.#noted.get(catalogUrl) ?? 0) < NOTE_EVERY_MS;
    if (isRoutine) return;
    this.#noted.set(catalogUrl, now);
    if (outcome.ok) this.#failing.delete(catalogUrl);
    else this.#failing.add(catalogUrl);
    void this.#note(catalogUrl, outcome, turns);
  }

  async #note(url: string, outcome: MirrorOutcome, turns: boolean): Promise<void> {
    const [now, random] = [this.#clock.now(), this.#clock.random()];
    await this.#table.note(url, (row) => afterMirroring(row, outcome, now, random));
    this.#recent = undefined;
    if (turns) this.#onTurn();
  }

  #catalogs(): Promise<readonly SourceCatalog[]> {
    const now = this.#clock.now();
    if (this.#recent && Math.abs(now - this.#recent.at) < FRESH_MS) return this.#recent.catalogs;
    const catalogs = this.#table.catalogs();
    this.#recent = { at: now, catalogs };
    catalogs.catch(() => (this.#recent = undefined));
    return catalogs;
  }
}
