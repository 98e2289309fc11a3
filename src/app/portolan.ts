import { pickEntry, type MergedForeign } from '#domain/catalog/index.ts';
import { DigestSchema, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Proposal } from '#domain/packages/install/index.ts';
import type { RemovalProposal, UserPackage } from '#domain/packages/remove/index.ts';
import type { MemoryRoom } from '#domain/memory/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';
import type { AppPages } from '#ports/app-pages.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type {
  BackupOptions,
  BootOptions,
  ContainerListing,
  IdleMinutes,
  LinkPreview,
  Machine,
  Portolan,
} from '#ports/portolan.ts';
import type { InstallOptions, InstallReport, ProposeOptions, RuntimeOptions } from '#ports/package-installation.ts';
import type { RemovalOptions } from '#ports/package-removal.ts';
import type { RuntimeFiles } from '#ports/package-service.ts';
import type { SourceNews } from '#ports/service-worker.ts';
import type { StorageReport } from '#ports/storage-report.ts';
import { BUILD } from '#rpc/index.ts';
import { freeMachineId, openStorage, SourcesClient, type Storage } from '#storage/index.ts';
import * as v from 'valibot';
import { exportMachine, importMachine } from './backups.ts';
import { ContainerBook } from './container-book.ts';
import { Containers } from './containers.ts';
import { watchHealth } from './health-watch.ts';
import { lookUpLink } from './links.ts';
import { IdleSuspender } from './idle-suspender.ts';
import { Listeners } from './listeners.ts';
import { LocalAccess } from './local-access.ts';
import {
  installPackages,
  proposePackages,
  proposeRemoval,
  removePackages,
  requestPackages,
  userPackages,
} from './packages/index.ts';
import { afterInstall, Runtimes } from './runtimes/index.ts';
import { describeStorage, persistStorage } from './storage-report.ts';
import { MachineList } from './tabs/index.ts';

type Event = 'machines' | 'catalog' | 'sources' | 'storage';

/** The page's `window.portolan`. */
export class PagePortolan implements Portolan {
  readonly build: BuildInfo = BUILD;
  readonly sources: SourcesClient;
  readonly #storage: Promise<Storage> = openStorage();
  readonly #local: LocalAccess;
  readonly #containers: Containers;
  readonly #runtimes: Runtimes;
  readonly #listeners = new Listeners<Event>();
  readonly #machines: MachineList;
  readonly #book: ContainerBook;
  readonly #idle: IdleSuspender;

  /** @param scope absolute URL of the app, ends with `/` */
  constructor(scope: string) {
    const announce = (news: SourceNews): void => this.hear(news);
    this.#local = new LocalAccess({ scope, storage: this.#storage, announce });
    this.sources = new SourcesClient(scope, this.#local.fetch);
    const { fetch } = this.#local;
    this.#containers = new Containers({
      scope,
      fetch,
      storage: this.#storage,
      sources: this.sources,
      onChange: () => this.#emit('catalog', 'storage'),
    });
    this.#runtimes = new Runtimes(this.#containers, () => ({ scope, via: this.#local.via }));
    this.#book = new ContainerBook({ scope, fetch });
    this.#machines = new MachineList({
      memoryOf: ({ manifest, sources }) => this.#book.memoryOf(manifest.digest, sources),
      records: this.#storage.then(({ machines }) => machines?.records),
      apps: {
        scope,
        isTrusted: async (container) => (await this.#containers.shelf).isTrusted(container),
        onSettled: () => this.#emit('storage'),
      },
      context: {
        discard: (id) => this.#discard(id),
        export: exportMachine,
        access: () => ({ scope, via: this.#local.via }),
        onStored: () => this.#containers.changed(),
      },
      onChange: () => this.#emit('machines', 'storage'),
    });
    this.#idle = new IdleSuspender(() => this.#machines.all);
  }

  catalog(options?: Cancellable): Promise<readonly ContainerListing[]> {
    return this.#containers.ofKind('container', options);
  }

  runtimes(options?: Cancellable): Promise<readonly ContainerListing[]> {
    return this.#containers.ofKind('runtime', options);
  }

  async foreign(options?: Cancellable): Promise<readonly MergedForeign[]> {
    return (await this.sources.catalog(options)).foreign;
  }

  async boot(ref: string, options: BootOptions = {}): Promise<Machine> {
    const { entry, mirrors } = await this.#find(ref, options);
    const { manifest, title } = entry;
    const origin = { id: await this.#newId(entry.id), title, manifest, sources: mirrors };
    const machine = this.#machines.add(origin);
    void machine.begin(options.from ?? 'snapshot', options);
    // What is kept of it is shown with the catalog's words when no catalog lists it any more.
    void this.#containers.note(entry, mirrors).catch(() => undefined);
    if (options.keepOffline === true) await this.keep(manifest.digest);
    return machine;
  }

  async lookUp(manifest: Digest, from: readonly string[], options?: Cancellable): Promise<LinkPreview> {
    return lookUpLink(
      {
        listings: (more) => this.#containers.listings.list(more),
        sources: () => this.sources.list(),
        catalogAt: (url, more) => this.sources.remote(url, more),
        describe: (entry) => this.#containers.listings.describe(entry),
      },
      manifest,
      from,
      options,
    );
  }

  async keep(manifest: Digest): Promise<void> {
    // Now it matters to the user that it stays; asked before, the browser would not know why.
    void this.persist();
    await this.#containers.keep(manifest);
  }

  async pauseKeeping(manifest: Digest): Promise<void> {
    await this.#containers.downloads.pause(manifest);
  }

  async cancelKeeping(manifest: Digest): Promise<void> {
    await this.#containers.downloads.cancel(manifest);
  }

  async storage(): Promise<StorageReport> {
    return describeStorage(await this.#storage, await this.#containers.shelf);
  }

  async pin(manifest: Digest, pinned: boolean): Promise<void> {
    await (await this.#containers.shelf).pin(manifest, pinned);
    this.#emit('storage');
  }

  async removeContainer(manifest: Digest): Promise<void> {
    await this.#containers.downloads.cancel(manifest);
    await (await this.#containers.shelf).remove(manifest);
    this.#containers.changed();
  }

  async persist(): Promise<boolean> {
    const agreed = await persistStorage();
    this.#emit('storage');
    return agreed;
  }

  async memoryFor(ref: string, sources: readonly string[] = []): Promise<MemoryRoom> {
    const container = isDigest(ref) ? ref : (await this.#find(ref, { sources })).entry.manifest.digest;
    const needed = await this.#book.memoryOf(container, sources);
    const used = this.#machines.all.reduce((sum, { memory = 0 }) => sum + memory, 0);
    return { needed, used, budget: this.#book.budget };
  }

  get appPages(): AppPages {
    return this.#machines.apps.pages;
  }

  async trusted(): Promise<readonly Digest[]> {
    const records = await (await this.#containers.shelf).records();
    return records.filter(({ trusted }) => trusted).map(({ digest }) => digest);
  }

  async trust(manifest: Digest, trusted: boolean): Promise<void> {
    await (await this.#containers.shelf).trust(manifest, trusted);
    this.#machines.apps.trustChanged();
    this.#emit('storage');
    if (trusted) return;
    const without = this.#machines.all.filter(({ container }) => container === manifest);
    await Promise.all(without.map(({ id }) => this.#machines.apps.reload(id)));
  }

  reloadApps({ id }: Machine, apps: readonly string[]): Promise<number> {
    return this.#machines.apps.reload(id, apps);
  }

  get idleMinutes(): IdleMinutes {
    return this.#idle.minutes;
  }

  setIdleMinutes(minutes: IdleMinutes): void {
    this.#idle.minutes = minutes;
  }

  async import(file: Blob, options: BackupOptions = {}): Promise<Machine> {
    void this.persist();
    const machine = await this.#machines.arrived(await importMachine(file, options));
    if (machine) return machine;
    throw new AppError('app/unexpected', { detail: 'the imported machine was removed at once' });
  }

  proposePackages(machine: Machine, files: readonly Blob[], options?: ProposeOptions): Promise<Proposal | Explanation> {
    return proposePackages(machine, files, options);
  }

  requestPackages(machine: Machine, wanted: readonly string[], options?: Cancellable): Promise<Blob> {
    return requestPackages(machine, wanted, options);
  }

  async readRuntime(manifest: Digest, options?: RuntimeOptions): Promise<RuntimeFiles> {
    const files = await this.#runtimes.read(manifest, options);
    this.#containers.changed();
    return files;
  }

  installPackages(
    machine: Machine,
    files: readonly Blob[],
    proposal: Proposal,
    { runtime, ...options }: InstallOptions = {},
  ): Promise<InstallReport> {
    const finish = runtime && (() => afterInstall(machine, runtime, options));
    return installPackages(machine, files, proposal, { ...options, finish });
  }

  async userPackages(machine: Machine, options?: Cancellable): Promise<readonly UserPackage[]> {
    return userPackages(machine, await this.#packagesOf(machine), options);
  }

  async proposeRemoval(
    machine: Machine,
    names: readonly string[],
    options?: RemovalOptions,
  ): Promise<RemovalProposal | Explanation> {
    return proposeRemoval(machine, names, await this.#packagesOf(machine), options);
  }

  removePackages(machine: Machine, proposal: RemovalProposal, options?: InstallOptions): Promise<InstallReport> {
    return removePackages(machine, proposal, options);
  }

  machines(): readonly Machine[] {
    return this.#machines.all;
  }

  on(type: Event, listener: () => void, options?: Cancellable): void {
    this.#listeners.on(type, listener, options);
  }

  /**
   * Finds what other tabs run and earlier pages left: machines, downloads under way. Watches the sources from now on.
   * Resolves when the machines are known.
   */
  async begin(): Promise<void> {
    watchHealth(() => void this.sources.check().catch(() => undefined));
    void this.#containers.downloads.resumeAll().catch(() => undefined);
    this.#idle.begin();
    await this.#machines.refresh();
  }

  /** The service worker tells what became of the sources. */
  hear({ type }: SourceNews): void {
    this.#emit(type === 'CATALOG_CHANGED' ? 'catalog' : 'sources');
  }

  /** Resolves when this page has asked its service worker nothing for a moment, or after a few seconds. */
  quiet(): Promise<void> {
    return this.#local.quiet();
  }

  /** Why nothing can be kept here; undefined when all is well. */
  async storageLimitation(): Promise<AppError | undefined> {
    return (await this.#storage).limitation;
  }

  /** @throws AppError `container/not-found`, `container/ambiguous`, `container/is-runtime`, `container/unavailable`, `source/*` */
  async #find(ref: string, options: BootOptions): Promise<ContainerListing> {
    const listings = await this.catalog(options).catch((error: unknown) => {
      if (!options.sources?.length) throw error;
      return [];
    });
    if (!isDigest(ref) || listings.some(({ entry }) => entry.manifest.digest === ref)) return pickEntry(listings, ref);
    const preview = await this.lookUp(ref, options.sources ?? [], options);
    if (preview.name === 'found' && preview.listing.entry.kind === 'container') return preview.listing;
    if (preview.name === 'found') throw new AppError('container/is-runtime', { title: preview.listing.entry.title });
    throw new AppError('container/unavailable', { digest: ref });
  }

  /** Names of the packages that a machine came with. */
  #packagesOf({ id, container }: Machine): Promise<ReadonlySet<string>> {
    const sources = this.#machines.all.find((machine) => machine.id === id)?.origin.sources ?? [];
    return this.#book.packagesOf(container, sources);
  }

  /** The machine's record stays: what is left after a crash can be thrown away again. */
  async #discard(id: string): Promise<void> {
    const { machines } = await this.#storage;
    await machines?.files.remove(id);
    await machines?.earlier.remove(id);
  }

  /** A machine's id that no other has on this device. */
  async #newId(container: string): Promise<string> {
    const { machines } = await this.#storage;
    const isHere = (id: string): boolean => this.#machines.all.some((machine) => machine.id === id);
    return freeMachineId(container, async (id) => isHere(id) || (await machines?.records.get(id)) !== undefined);
  }

  #emit(...events: readonly Event[]): void {
    for (const event of events) this.#listeners.emit(event);
  }
}

function isDigest(ref: string): ref is Digest {
  return v.is(DigestSchema, ref);
}
