import { checkAppSettings, type AppSettings } from '#domain/http/index.ts';
import type { AppLogEntry } from '#ports/app-service.ts';
import type { AppError, ErrorRecord } from '#domain/errors/index.ts';
import type { ListeningPort } from '#domain/guest/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContainerReads } from '#ports/machine-service.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { NetworkReport } from '#ports/network-desk.ts';
import { parseRelayUrl } from '#domain/wisp/index.ts';
import type { BackupOptions, Checkpoint, Machine, MachineConsole, MachineState } from '#ports/portolan.ts';
import { DIGEST } from './digest.ts';
import { FakeServices } from './fake-services.ts';
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
  readonly services = new FakeServices();
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
  ports: readonly ListeningPort[] = [];
  listeningPorts = () => (this.failure ? Promise.reject(this.failure) : Promise.resolve(this.ports));
  appUrl = (port: number | string): string | undefined => `http://apps.test/app/${this.id}/${port}/`;
  connect = () => Promise.reject(new Error('nothing listens in a fake'));
  fetch = () => Promise.reject(new Error('nothing answers in a fake'));

  room: DiskReport = { size: 1_073_741_824, used: 100_000_000, free: 900_000_000 };
  disk = () => (this.failure ? Promise.reject(this.failure) : Promise.resolve(this.room));

  async growDisk(bytes: number): Promise<void> {
    await this.#do(`growDisk ${bytes}`, { name: 'running' });
    this.room = { ...this.room, size: bytes, free: this.room.free + bytes - this.room.size };
  }

  settings: readonly AppSettings[] = [];
  appSettings = async () => this.settings;

  async setAppSettings(settings: readonly AppSettings[]): Promise<void> {
    await this.#do('setAppSettings', this.state);
    this.settings = checkAppSettings(settings);
  }

  relay: NetworkReport['state']['name'] = 'off';
  report: NetworkReport = { relay: undefined, state: { name: 'off' }, sent: 0, received: 0, connections: 0 };
  network = () => (this.failure ? Promise.reject(this.failure) : Promise.resolve(this.report));

  async setRelay(url: string | undefined): Promise<void> {
    await this.#do(`setRelay ${url}`, this.state);
    const relay = url === undefined ? undefined : parseRelayUrl(url);
    this.relay = relay === undefined ? 'off' : 'connected';
    this.report = { ...this.report, relay, state: { name: this.relay } };
    this.listeners.emit('state');
  }

  logged: readonly AppLogEntry[] = [];
  requests = async () => this.logged;

  async clearRequests(): Promise<void> {
    await this.#do('clearRequests', this.state);
    this.logged = [];
  }

  #do(action: string, after: MachineState): Promise<void> {
    this.asked.push(action);
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    this.become(after);
    return Promise.resolve();
  }
}
