import { AppError } from '#domain/errors/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { BootOptions, ContainerListing, Machine, Portolan } from '#ports/portolan.ts';
import { BUILD } from '#rpc/index.ts';
import { openStorage, type Storage } from '#storage/index.ts';
import { CatalogReader } from './catalog.ts';
import { Listeners } from './listeners.ts';
import { PageMachine, type MachineContext } from './machine.ts';
import { startMachineWorker } from './machine-worker.ts';

/** The page's `window.portolan`. */
export class PagePortolan implements Portolan {
  readonly build: BuildInfo = BUILD;
  readonly #storage: Promise<Storage> = openStorage();
  readonly #catalog: CatalogReader;
  readonly #listeners = new Listeners<'machines' | 'catalog'>();
  readonly #context: MachineContext = {
    startWorker: startMachineWorker,
    forget: async (id) => (await this.#storage).states?.remove(id),
    onKept: () => this.#listeners.emit('catalog'),
    onRemoved: (machine) => this.#setMachines(this.#machines.filter((each) => each !== machine)),
  };
  #machines: readonly Machine[] = [];

  /** @param catalogUrl absolute URL of this server's catalog.json */
  constructor(catalogUrl: string) {
    this.#catalog = new CatalogReader(catalogUrl, async () => (await this.#storage).contents);
  }

  catalog(options?: Cancellable): Promise<readonly ContainerListing[]> {
    return this.#catalog.list(options);
  }

  async boot(ref: string, options: BootOptions = {}): Promise<Machine> {
    const entry = await this.#catalog.find(ref, options);
    if (!entry) throw new AppError('container/not-found', { ref });
    const catalogUrl = this.#catalog.url;
    const id = `${entry.id}-${randomName()}`;
    const machine = new PageMachine({ id, title: entry.title, manifest: entry.manifest, catalogUrl }, this.#context);
    this.#setMachines([machine, ...this.#machines]);
    void machine.start(options.from ?? 'snapshot', options);
    return machine;
  }

  machines(): readonly Machine[] {
    return this.#machines;
  }

  on(type: 'machines' | 'catalog', listener: () => void, options?: Cancellable): void {
    this.#listeners.on(type, listener, options);
  }

  /** Finds the machines that are suspended on this device. */
  async loadSuspended(): Promise<void> {
    const records = (await (await this.#storage).states?.list()) ?? [];
    const known = new Set(this.#machines.map((machine) => machine.id));
    const found = records
      .filter((record) => !known.has(record.id))
      .map(({ id, title, manifest, catalogUrl, ...record }) => {
        const origin = { id, title, manifest, catalogUrl };
        return new PageMachine(origin, this.#context, { ...origin, ...record });
      });
    if (found.length > 0) this.#setMachines([...this.#machines, ...found]);
  }

  /** The catalog behind the page has changed. */
  catalogChanged(): void {
    this.#listeners.emit('catalog');
  }

  /** Why nothing can be kept here; undefined when all is well. */
  async storageLimitation(): Promise<AppError | undefined> {
    return (await this.#storage).limitation;
  }

  #setMachines(machines: readonly Machine[]): void {
    this.#machines = machines;
    this.#listeners.emit('machines');
  }
}

/** Four hex digits: enough to tell the machines of one person apart, short enough to read out. */
function randomName(): string {
  const [number = 0] = crypto.getRandomValues(new Uint16Array(1));
  return number.toString(16).padStart(4, '0');
}
