import type { MergedForeign } from '#domain/catalog/index.ts';
import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Proposal } from '#domain/packages/install/index.ts';
import type { RemovalProposal, UserPackage } from '#domain/packages/remove/index.ts';
import type { MemoryRoom } from '#domain/memory/index.ts';
import type { AppPages } from '#ports/app-pages.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type {
  BackupOptions,
  BootOptions,
  ContainerListing,
  IdleMinutes,
  LinkPreview,
  LocalState,
  Machine,
  MachineState,
  Portolan,
} from '#ports/portolan.ts';
import type { InstallOptions, InstallReport, ProposeOptions, RuntimeOptions } from '#ports/package-installation.ts';
import type { RuntimeFiles } from '#ports/package-service.ts';
import type { Diagnosis, Shell } from '#ports/shell.ts';
import type { StorageReport } from '#ports/storage-report.ts';
import { DIGEST } from './digest.ts';
import { FakeMachine } from './fake-machine.ts';
import { proposalOf } from './proposal.ts';
import { FakeSources } from './fake-sources.ts';
import { Listeners } from './listeners.ts';

type PortolanEvent = Parameters<Portolan['on']>[0];

/** A catalog and machines that a test fills. */
export class FakePortolan implements Portolan {
  readonly build = { build: '3f9c1a7', protocol: 1 };
  readonly boots: { readonly ref: string; readonly options: BootOptions | undefined }[] = [];
  readonly listeners = new Listeners<PortolanEvent>();
  readonly sources = new FakeSources(() => this.listeners.emit('sources'));
  /** What was asked about containers, as words. */
  readonly asked: string[] = [];
  /** What links lead to, by digest. */
  readonly previews = new Map<Digest, LinkPreview>();
  /** The next of keep, pin, remove and the like fails with it. */
  failure: AppError | undefined;
  report: StorageReport = { usage: undefined, quota: undefined, persisted: false, containers: [], machines: [] };
  room: MemoryRoom = { needed: 1, used: 0, budget: 1 };
  listings: readonly ContainerListing[] = [];
  older: readonly MergedForeign[] = [];
  catalogFailure: AppError | undefined;
  bootFailure: AppError | undefined;
  /** Until it is set right, the catalog does not answer. */
  silent = false;
  all: readonly FakeMachine[] = [];

  appPages: AppPages = 'own';
  trustedContainers: readonly Digest[] = [];

  trusted(): Promise<readonly Digest[]> {
    return Promise.resolve(this.trustedContainers);
  }

  async trust(manifest: Digest, trusted: boolean): Promise<void> {
    await this.#ask(`${trusted ? 'trust' : 'distrust'} ${manifest}`);
    const others = this.trustedContainers.filter((each) => each !== manifest);
    this.trustedContainers = trusted ? [...others, manifest] : others;
    this.listeners.emit('storage');
  }

  /** How many tabs show an app. */
  tabs = 0;

  async reloadApps({ id }: Machine, apps: readonly string[]): Promise<number> {
    await this.#ask(`reload ${[id, ...apps].join(' ')}`);
    return this.tabs;
  }

  idleMinutes: IdleMinutes = 15;

  setIdleMinutes(minutes: IdleMinutes): void {
    this.idleMinutes = minutes;
  }

  async catalog(): Promise<readonly ContainerListing[]> {
    return (await this.#listed()).filter(({ entry }) => entry.kind === 'container');
  }

  #listed(): Promise<readonly ContainerListing[]> {
    if (this.silent) return new Promise(() => {});
    return this.catalogFailure === undefined ? Promise.resolve(this.listings) : Promise.reject(this.catalogFailure);
  }

  async runtimes(): Promise<readonly ContainerListing[]> {
    return (await this.#listed()).filter(({ entry }) => entry.kind === 'runtime');
  }

  foreign(): Promise<readonly MergedForeign[]> {
    return Promise.resolve(this.older);
  }

  boot(ref: string, options?: BootOptions): Promise<Machine> {
    this.boots.push({ ref, options });
    if (this.bootFailure !== undefined) return Promise.reject(this.bootFailure);
    const listing = this.listings.find(({ entry }) => entry.id === ref || entry.manifest.digest === ref);
    const state: MachineState = { name: 'starting', stage: undefined, progress: undefined };
    const machine = new FakeMachine(`${ref}-${this.boots.length}`, listing?.entry.title ?? ref, state);
    this.setMachines([machine, ...this.all]);
    return Promise.resolve(machine);
  }

  memoryFor = () => this.#do(this.room);

  /** What was imported last, and how its progress is told. */
  imported: { readonly file: Blob; readonly options: BackupOptions } | undefined;

  async import(file: Blob, options: BackupOptions = {}): Promise<Machine> {
    this.imported = { file, options };
    await this.#ask('import');
    options.signal?.throwIfAborted();
    const machine = new FakeMachine('base-1', 'Debian base', { name: 'stopped' });
    this.setMachines([machine, ...this.all]);
    return machine;
  }

  /** What runtimes hold. */
  runtime: RuntimeFiles | undefined;
  /** How far a runtime is read is told with it. */
  reading: RuntimeOptions | undefined;

  async readRuntime(manifest: Digest, options: RuntimeOptions = {}): Promise<RuntimeFiles> {
    this.reading = options;
    await this.#ask(`read ${manifest}`);
    if (this.runtime === undefined) throw new AppError('container/unavailable', { digest: manifest });
    return this.runtime;
  }

  async requestPackages(machine: Machine, wanted: readonly string[]): Promise<Blob> {
    await this.#ask(`request ${wanted.join(' ')} for ${machine.id}`);
    return new Blob(['a request']);
  }

  /** What packages that are chosen come to. */
  proposal: Proposal | Explanation = proposalOf({
    kind: 'plan',
    packages: [],
    removed: [],
    steps: [],
    downloadBytes: 0,
    installedBytes: 0,
  });

  async proposePackages(
    machine: Machine,
    files: readonly Blob[],
    { wanted = [] }: ProposeOptions = {},
  ): Promise<Proposal | Explanation> {
    await this.#ask([`propose ${files.length} for ${machine.id}`, ...wanted].join(' '));
    return this.proposal;
  }

  /** How the progress of the last installation is told, and how it is called off. */
  installing: InstallOptions | undefined;
  /** What an installation waits for. */
  installation: Promise<void> = Promise.resolve();

  async installPackages(
    machine: Machine,
    _: readonly Blob[],
    __: Proposal,
    options: InstallOptions = {},
  ): Promise<InstallReport> {
    this.installing = options;
    await this.#ask(`install into ${machine.id}`);
    await this.installation;
    options.signal?.throwIfAborted();
    return { output: 'Setting up isle (1.0) ...' };
  }

  /** What the user has installed, and what comes of removing it. */
  installed: readonly UserPackage[] = [];
  removal: RemovalProposal | Explanation = {
    kind: 'removal',
    packages: [{ name: 'isle', version: '1.0', why: 'wanted' }],
    purge: false,
    freedBytes: 1,
    services: [],
  };

  async userPackages(machine: Machine): Promise<readonly UserPackage[]> {
    await this.#ask(`packages of ${machine.id}`);
    return this.installed;
  }

  async proposeRemoval(machine: Machine, names: readonly string[]): Promise<RemovalProposal | Explanation> {
    await this.#ask(`propose to remove ${names.join(', ')} from ${machine.id}`);
    return this.removal;
  }

  async removePackages(
    machine: Machine,
    { purge }: RemovalProposal,
    options: InstallOptions = {},
  ): Promise<InstallReport> {
    this.installing = options;
    await this.#ask(`${purge ? 'purge' : 'remove'} from ${machine.id}`);
    await this.installation;
    options.signal?.throwIfAborted();
    return { output: 'Removing isle (1.0) ...' };
  }

  machines(): readonly FakeMachine[] {
    return this.all;
  }

  setMachines(machines: readonly FakeMachine[]): void {
    this.all = machines;
    this.listeners.emit('machines');
  }

  setListings(listings: readonly ContainerListing[]): void {
    this.listings = listings;
    this.listeners.emit('catalog');
  }

  setReport(report: Partial<StorageReport>): void {
    this.report = { ...this.report, ...report };
    this.listeners.emit('storage');
  }

  lookUp(manifest: Digest, from: readonly string[]): Promise<LinkPreview> {
    this.asked.push(['look up', manifest, ...from].join(' '));
    const listing = this.listings.find(({ entry }) => entry.manifest.digest === manifest);
    if (listing !== undefined) return this.#do({ name: 'found', listing });
    const asked = from.map((url) => ({ url, error: undefined }));
    return this.#do(this.previews.get(manifest) ?? { name: 'missing', asked });
  }

  keep = (manifest: Digest) => this.#ask(`keep ${manifest}`);
  pauseKeeping = (manifest: Digest) => this.#ask(`pause ${manifest}`);
  cancelKeeping = (manifest: Digest) => this.#ask(`cancel ${manifest}`);
  pin = (manifest: Digest, pinned: boolean) => this.#ask(`${pinned ? 'pin' : 'unpin'} ${manifest}`);
  removeContainer = (manifest: Digest) => this.#ask(`remove ${manifest}`);
  storage = () => this.#do(this.report);

  async persist(): Promise<boolean> {
    this.asked.push('persist');
    this.setReport({ persisted: true });
    return this.#do(true);
  }

  on(type: PortolanEvent, listener: () => void, options?: Cancellable): void {
    this.listeners.on(type, listener, options);
  }

  #ask(what: string): Promise<void> {
    this.asked.push(what);
    return this.#do(undefined);
  }

  #do<T>(value: T): Promise<T> {
    const { failure } = this;
    this.failure = undefined;
    return failure === undefined ? Promise.resolve(value) : Promise.reject(failure);
  }
}

/** An application whose health a test sets. */
export class FakeShell implements Shell {
  readonly reported: unknown[] = [];
  readonly listeners = new Listeners<'change'>();
  limitation: ErrorRecord | undefined;
  updateReady = false;
  installable = false;
  online = true;
  updates = 0;
  installs = 0;
  diagnosis: Diagnosis = {
    build: '3f9c1a7',
    engine: 'v86 0.5.462',
    serviceWorker: 'activated, build 3f9c1a7',
    crossOriginIsolated: true,
    caches: [],
    quota: undefined,
    errors: [],
  };

  change(values: Partial<Pick<Shell, 'limitation' | 'updateReady' | 'installable' | 'online'>>): void {
    Object.assign(this, values);
    this.listeners.emit('change');
  }

  applyUpdate(): Promise<void> {
    this.updates++;
    return Promise.resolve();
  }

  install(): Promise<void> {
    this.installs++;
    return Promise.resolve();
  }

  onChange(listener: () => void, options?: Cancellable): void {
    this.listeners.on('change', listener, options);
  }

  report(error: unknown): void {
    this.reported.push(error);
  }

  diagnose(): Promise<Diagnosis> {
    return Promise.resolve(this.diagnosis);
  }
}

/** A listing with what a test does not care about filled in. */
export function listing(
  entry: Partial<CatalogEntry>,
  local: LocalState = { name: 'absent' },
  values: Partial<ContainerListing> = {},
): ContainerListing {
  const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: DIGEST, size: 1200 };
  const base = { id: 'base', kind: 'container' as const, title: 'Debian base', summary: '', version: '12', tags: [] };
  return {
    entry: { ...base, size: 62_000_000, manifest, ...entry },
    mirrors: ['http://localhost/catalog.json'],
    conflicts: [],
    staleSince: undefined,
    signature: { name: 'unsigned' },
    download: undefined,
    thumbnailUrl: undefined,
    local,
    ...values,
  };
}

/** Lets all that waits only for each other go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
