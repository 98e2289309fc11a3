import { signal } from '@preact/signals';
import type { MergedForeign } from '#domain/catalog/index.ts';
import { DigestSchema, type CatalogEntry, type Digest } from '#domain/container/index.ts';
import type { AppError, ErrorRecord } from '#domain/errors/index.ts';
import type { MemoryRoom } from '#domain/memory/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContainerReads } from '#ports/machine-service.ts';
import type {
  BackupOptions,
  BootOptions,
  Checkpoint,
  ContainerListing,
  IdleMinutes,
  LinkPreview,
  LocalState,
  Machine,
  MachineConsole,
  MachineState,
  Portolan,
} from '#ports/portolan.ts';
import type { Diagnosis, Shell } from '#ports/shell.ts';
import type { StorageReport } from '#ports/storage-report.ts';
import type { Environment, Settings } from '#ui/models/environment.ts';
import { SHELF, type Route } from '#ui/models/route.ts';
import * as v from 'valibot';
import { FakeSources } from './fake-sources.ts';
import { Listeners } from './listeners.ts';

type Sink = Parameters<MachineConsole['attach']>[0];

/** A console that keeps what was typed and lets a test print. */
class FakeConsole implements MachineConsole {
  readonly typed: string[] = [];
  readonly sizes: (readonly [number, number])[] = [];
  readonly #sinks = new Set<Sink>();
  #shown = '';

  attach(sink: Sink, { signal }: Cancellable = {}): void {
    this.#sinks.add(sink);
    signal?.addEventListener('abort', () => this.#sinks.delete(sink));
    void sink(new TextEncoder().encode(this.#shown));
  }

  write(input: string | Uint8Array<ArrayBuffer>): void {
    this.typed.push(typeof input === 'string' ? input : new TextDecoder().decode(input));
  }

  resize(columns: number, rows: number): void {
    this.sizes.push([columns, rows]);
  }

  print(text: string): void {
    this.#shown += text;
    for (const sink of this.#sinks) void sink(new TextEncoder().encode(text));
  }
}

/** A machine that is what a test says, and keeps what was asked of it. */
export class FakeMachine implements Machine {
  readonly asked: string[] = [];
  readonly console = new FakeConsole();
  readonly listeners = new Listeners<'state' | 'log'>();
  readonly ready: Promise<void> = Promise.resolve();
  state: MachineState;
  memory: number | undefined;
  notice: ErrorRecord | undefined;
  reads: ContainerReads | undefined;
  log: string[] = [];
  /** The next action fails with it. */
  failure: AppError | undefined;

  readonly id: string;
  readonly title: string;
  readonly container = DIGEST;

  constructor(id: string, title: string, state: MachineState = { name: 'running' }) {
    this.id = id;
    this.title = title;
    this.state = state;
  }

  become(state: MachineState): void {
    this.state = state;
    this.listeners.emit('state');
  }

  noteOnce(notice: ErrorRecord): void {
    this.notice = notice;
    this.listeners.emit('state');
  }

  addLog(line: string): void {
    this.log.push(line);
    this.listeners.emit('log');
  }

  on(type: 'state' | 'log', listener: () => void, options?: Cancellable): void {
    this.listeners.on(type, listener, options);
  }

  suspend = () => this.#do('suspend', { name: 'suspended', savedAt: Date.UTC(2025, 10, 21, 12), bytes: 34_000_000 });
  start = () => this.#do('start', { name: 'running' });
  startOver = () => this.#do('startOver', { name: 'running' });
  resume = () => this.#do('resume', { name: 'running' });
  stop = () => this.#do('stop', { name: 'stopped' });
  restart = () => this.#do('restart', { name: 'running' });
  remove = () => this.#do('remove', { name: 'stopped' });
  retry = () => this.#do('retry', this.state);
  watch = () => this.#do('watch', { name: 'elsewhere', there: 'running', link: 'watching' });
  leave = () => this.#do('leave', { name: 'elsewhere', there: 'running', link: 'apart' });
  takeOver = () => this.#do('takeOver', { name: 'running' });
  takeOverLater = () => this.#do('takeOverLater', { name: 'elsewhere', there: 'running', link: 'waiting' });

  kept: readonly Checkpoint[] = [];
  checkpoints = () => this.kept;

  async checkpoint(name: string): Promise<Checkpoint> {
    await this.#do(`checkpoint ${name}`, this.state);
    const made = { id: `c${this.kept.length}`, name, savedAt: Date.UTC(2025, 10, 21, 12), bytes: 20_000_000 };
    this.kept = [...this.kept, made];
    this.listeners.emit('state');
    return made;
  }

  restore = (id: string) => this.#do(`restore ${id}`, { name: 'running' });

  async forget(id: string): Promise<void> {
    await this.#do(`forget ${id}`, this.state);
    this.kept = this.kept.filter((each) => each.id !== id);
    this.listeners.emit('state');
  }

  /** What `export` gives; its progress is told by the test. */
  file = new Blob(['all of it']);
  onProgress: BackupOptions['onProgress'];

  async export({ onProgress, signal }: BackupOptions = {}): Promise<Blob> {
    this.onProgress = onProgress;
    await this.#do('export', this.state);
    signal?.throwIfAborted();
    return this.file;
  }

  exec = () => Promise.resolve({ status: 0, stdout: '', stderr: '' });
  writeFile = () => Promise.resolve();
  readFile = () => Promise.resolve(new Uint8Array());
  processes = () => Promise.resolve([]);
  listeningPorts = () => Promise.resolve([]);
  appUrl = () => undefined;
  connect = () => Promise.reject(new Error('nothing listens in a fake'));

  #do(action: string, after: MachineState): Promise<void> {
    this.asked.push(action);
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    this.become(after);
    return Promise.resolve();
  }
}

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

  idleMinutes: IdleMinutes = 15;

  setIdleMinutes(minutes: IdleMinutes): void {
    this.idleMinutes = minutes;
  }

  catalog(): Promise<readonly ContainerListing[]> {
    if (this.silent) return new Promise(() => {});
    return this.catalogFailure === undefined ? Promise.resolve(this.listings) : Promise.reject(this.catalogFailure);
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

/** A window without a browser. */
export class FakeEnvironment implements Environment {
  readonly route = signal<Route>(SHELF);
  readonly debug = signal(false);
  readonly copied: string[] = [];
  readonly stored = new Map<string, string>();
  readonly now = signal(Date.UTC(2025, 10, 21, 12));
  readonly shared: { readonly title: string; readonly url: string }[] = [];
  /** How many entries the history has. */
  visited = 1;
  moved = false;
  share: Environment['share'] = (link) => Promise.resolve(void this.shared.push(link));
  readonly settings: Settings = {
    read: (key) => this.stored.get(key),
    write: (key, value) => void this.stored.set(key, value),
  };

  go(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
    if (!replace) this.visited++;
    this.moved = true;
    this.route.value = route;
  }

  linkTo(fragment: string): string {
    return `https://portolan.example/${fragment}`;
  }

  setDebug(open: boolean): void {
    this.debug.value = open;
  }

  readonly saved: { readonly name: string; readonly file: Blob }[] = [];
  save = (name: string, file: Blob): void => void this.saved.push({ name, file });

  copy(text: string): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }
}

/** A digest that differs by its hex digits: one is repeated, more are its end. */
export function digest(hex: string): Digest {
  return v.parse(DigestSchema, `sha256:${hex.length === 1 ? hex.repeat(64) : hex.padStart(64, '0')}`);
}

const DIGEST = digest('0');

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
