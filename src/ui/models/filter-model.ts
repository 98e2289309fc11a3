import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { filterListings, type ListingFilter, type MergedForeign } from '#domain/catalog/index.ts';
import type { CatalogModel } from './catalog-model.ts';
import type { Settings } from './environment.ts';
import type { ShelfEntry } from './shelf-entries.ts';
import type { SourcesModel } from './sources-model.ts';

/** Entries that are seen at a glance; more of them want a search. */
const HANDFUL = 6;
/** Cards that are drawn at once; a catalog may have thousands. */
const PAGE = 48;
const TOOLBAR_KEY = 'portolan.shelf-toolbar';

/** Which containers of the catalog the shelf shows. */
export class FilterModel {
  readonly #catalog: CatalogModel;
  readonly #sources: SourcesModel;
  readonly #stop: () => void;
  readonly #limit = signal(PAGE);

  readonly query = signal('');
  /** URL of the source whose containers are shown; empty: of all. */
  readonly source = signal('');
  readonly offlineOnly = signal(false);

  /** The entries that fit. */
  readonly matching: ReadonlySignal<readonly ShelfEntry[]>;
  /** Those of them that are drawn. */
  readonly shown: ReadonlySignal<readonly ShelfEntry[]>;
  /** What older servers list, as far as it fits. */
  readonly foreign: ReadonlySignal<readonly MergedForeign[]>;
  /** True while anything is left out at the user's word. */
  readonly active: ReadonlySignal<boolean>;
  /** True where there is enough to choose from. While nothing is known: as it was last time, so that nothing shifts. */
  readonly useful: ReadonlySignal<boolean>;

  constructor(catalog: CatalogModel, sources: SourcesModel, settings: Settings) {
    this.#catalog = catalog;
    this.#sources = sources;
    this.matching = computed(() => this.#match());
    this.foreign = computed(() => this.#matchForeign());
    this.shown = computed(() => this.matching.value.slice(0, this.#limit.value));
    this.active = computed(() => this.query.value.trim() !== '' || this.source.value !== '' || this.offlineOnly.value);
    const last = settings.read(TOOLBAR_KEY) === 'on';
    this.useful = computed(() => (this.#known ? this.#isUseful : last));
    this.#stop = effect(() => {
      if (this.#known) settings.write(TOOLBAR_KEY, this.#isUseful ? 'on' : 'off');
    });
  }

  clear(): void {
    this.query.value = '';
    this.source.value = '';
    this.offlineOnly.value = false;
  }

  showMore(): void {
    this.#limit.value += PAGE;
  }

  dispose(): void {
    this.#stop();
  }

  get #known(): boolean {
    return this.#catalog.state.value.name !== 'loading' && this.#sources.state.value.name !== 'loading';
  }

  get #isUseful(): boolean {
    return (
      this.#catalog.entries.value.length + this.#catalog.foreign.length > HANDFUL ||
      this.#sources.enabled.value.length > 1
    );
  }

  #match(): readonly ShelfEntry[] {
    const fitting = new Set(filterListings(this.#catalog.listings, this.#filter()));
    return this.#catalog.entries.value.filter(({ listings }) => listings.some((listing) => fitting.has(listing)));
  }

  /** Nothing of it is here. */
  #matchForeign(): readonly MergedForeign[] {
    const listed = this.#catalog.foreign.map((foreign) => ({ ...foreign, mirrors: [foreign.source] }));
    return filterListings(listed, this.#filter());
  }

  #filter(): ListingFilter {
    return {
      text: this.query.value,
      source: this.source.value || undefined,
      offlineReady: this.offlineOnly.value,
    };
  }
}
