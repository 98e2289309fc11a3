import { batch, signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { ContainerListing, LocalState, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { Settings } from './environment.ts';

export type CatalogState =
  | { readonly name: 'loading' }
  | { readonly name: 'ready'; readonly listings: readonly ContainerListing[] }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

const SHELF_SIZE_KEY = 'portolan.shelf-size';
/** Most placeholders that make sense before anything is known. */
const MOST_EXPECTED = 12;

/** The containers on the shelf. Once some are shown, a failed refresh leaves them there. */
export class CatalogModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #settings: Settings;
  readonly #abort = new AbortController();
  readonly #state = signal<CatalogState>({ name: 'loading' });
  readonly #arriving = signal<ReadonlyMap<string, number>>(new Map());
  #latest = 0;

  constructor(portolan: Portolan, shell: Shell, settings: Settings) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#settings = settings;
    portolan.on('catalog', () => void this.#refresh(), { signal: this.#abort.signal });
    void this.#refresh();
  }

  get state(): ReadonlySignal<CatalogState> {
    return this.#state;
  }

  /** What of a container is on this device: as listed, or newer. */
  localState({ entry, local }: ContainerListing): LocalState {
    const share = this.#arriving.value.get(entry.manifest.digest);
    return share === undefined ? local : { name: 'partial', share };
  }

  /** A machine keeps its container, and tells how far it is: that is newer than the list, until the next one. */
  arrived(container: string, share: number): void {
    if (this.#arriving.peek().get(container) === share) return;
    this.#arriving.value = new Map(this.#arriving.peek()).set(container, share);
  }

  /** How many containers there were last time: as many placeholders keep the page from shifting. */
  get expected(): number {
    const last = Number(this.#settings.read(SHELF_SIZE_KEY) ?? 1);
    return Number.isInteger(last) ? Math.min(Math.max(last, 1), MOST_EXPECTED) : 1;
  }

  /** Asks again after a failure, from the beginning. */
  async retry(): Promise<void> {
    this.#state.value = { name: 'loading' };
    await this.#refresh();
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #refresh(): Promise<void> {
    const turn = ++this.#latest;
    try {
      const listings = await this.#portolan.catalog({ signal: this.#abort.signal });
      this.#show(turn, { name: 'ready', listings });
      this.#settings.write(SHELF_SIZE_KEY, String(listings.length));
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#shell.report(error);
      if (this.#state.peek().name !== 'ready')
        this.#show(turn, { name: 'failed', error: AppError.from(error).toRecord() });
    }
  }

  /** Answers can overtake each other; only the one asked for last counts. */
  #show(turn: number, state: CatalogState): void {
    if (turn !== this.#latest || this.#abort.signal.aborted) return;
    batch(() => {
      this.#state.value = state;
      if (state.name === 'ready') this.#arriving.value = new Map();
    });
  }
}
