import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { MergedForeign } from '#domain/catalog/index.ts';
import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import type { ContainerListing, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { Settings } from './environment.ts';
import { LiveQuery, type QueryState } from './live-query.ts';
import { findListing, shelfEntries, type ShelfEntry } from './shelf-entries.ts';

const SHELF_SIZE_KEY = 'portolan.shelf-size';
/** Most placeholders that make sense before anything is known. */
const MOST_EXPECTED = 12;

/** The containers and runtimes of all sources. Once some are shown, a failed refresh leaves them there. */
export class CatalogModel {
  readonly #settings: Settings;
  readonly #query: LiveQuery<readonly ContainerListing[]>;
  readonly #foreign: LiveQuery<readonly MergedForeign[]>;
  readonly #choices = signal<ReadonlyMap<string, Digest>>(new Map());
  readonly #stop: () => void;

  /** Containers: what has a card each, in the order of the catalog. */
  readonly entries: ReadonlySignal<readonly ShelfEntry[]>;
  /** What machines can take on. */
  readonly runtimes: ReadonlySignal<readonly ContainerListing[]>;

  constructor(portolan: Portolan, shell: Shell, settings: Settings) {
    this.#settings = settings;
    this.#query = new LiveQuery(shell, async (signal) => {
      const kinds = await Promise.all([portolan.catalog({ signal }), portolan.runtimes({ signal })]);
      return kinds.flat();
    });
    this.#foreign = new LiveQuery(shell, (signal) => portolan.foreign({ signal }));
    this.entries = computed(() => shelfEntries(this.#ofKind('container')));
    this.runtimes = computed(() => this.#ofKind('runtime'));
    this.#stop = this.#followAnswers();
    portolan.on('catalog', () => void this.#refresh(), { signal: this.#query.signal });
    void this.#refresh();
  }

  get state(): ReadonlySignal<QueryState<readonly ContainerListing[]>> {
    return this.#query.state;
  }

  get listings(): readonly ContainerListing[] {
    return this.#query.value ?? [];
  }

  /** What older servers list. Why it could not be read is told with the containers. */
  get foreign(): readonly MergedForeign[] {
    return this.#foreign.value ?? [];
  }

  /** What is known of these bytes. */
  find(digest: Digest): ContainerListing | undefined {
    return findListing(this.listings, digest);
  }

  /** The listing that an entry stands for: its only one, or the one that the user has chosen. */
  chosen({ key, listings }: ShelfEntry): ContainerListing | undefined {
    if (listings.length === 1) return listings[0];
    const digest = this.#choices.value.get(key);
    return digest === undefined ? undefined : findListing(listings, digest);
  }

  choose({ key }: ShelfEntry, digest: Digest): void {
    this.#choices.value = new Map(this.#choices.peek()).set(key, digest);
  }

  /** How many containers there were last time: as many placeholders keep the page from shifting. */
  get expected(): number {
    const last = Number(this.#settings.read(SHELF_SIZE_KEY) ?? 1);
    return Number.isInteger(last) ? Math.min(Math.max(last, 1), MOST_EXPECTED) : 1;
  }

  /** Asks again after a failure, from the beginning. */
  retry(): Promise<void> {
    return this.#query.retry();
  }

  dispose(): void {
    this.#stop();
    this.#query.dispose();
    this.#foreign.dispose();
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#query.refresh(), this.#foreign.refresh()]);
  }

  #ofKind(kind: CatalogEntry['kind']): readonly ContainerListing[] {
    return this.listings.filter(({ entry }) => entry.kind === kind);
  }

  #followAnswers(): () => void {
    return effect(() => {
      const state = this.#query.state.value;
      if (state.name !== 'ready') return;
      this.#settings.write(SHELF_SIZE_KEY, String(this.entries.peek().length));
    });
  }
}
