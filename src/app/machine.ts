import { Deferred } from '#domain/async/index.ts';
import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { AppCaller } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type {
  ContainerReads,
  MachineActivity,
  MachineEvent,
  MachineService,
  StartFrom,
  StartRequest,
} from '#ports/machine-service.ts';
import type { MachineRecord } from '#ports/machine-records.ts';
import type {
  BackupOptions,
  BootOptions,
  Checkpoint,
  CheckpointOptions,
  Machine,
  MachineState,
} from '#ports/portolan.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { Connection } from '#rpc/index.ts';
import { Listeners } from './listeners.ts';
import { ConsoleHub } from './machine-console.ts';
import { RunningGuest } from './running-guest.ts';

/** Lines of the kernel's log that are kept. */
const LOG_LINES = 500;
/** Milliseconds that a worker is given to put its machine's disk in order before it is ended. */
const STOP_MS = 5000;

/** What a machine needs of the page around it. */
export interface MachineContext {
  startWorker(name: string): Promise<Connection<MachineService>>;
  /** Where the container's content is to be asked for, now. */
  access(): Pick<StartRequest, 'scope' | 'via'>;
  /** Throws away what a machine that does not run keeps: its disk and its states. */
  discard(id: string): Promise<void>;
  /** Forgets the machine itself, after `discard`. */
  forget(id: string): Promise<void>;
  /** All that a machine keeps that does not run. @throws AppError `backup/not-kept`, `storage/*` */
  export(id: string, options: BackupOptions): Promise<Blob>;
  /** More is on this device than before. */
  onStored(): void;
  /** @param id of the machine */
  onRemoved(id: string): void;
}

/** Which machine it is, and of what. */
export type MachineOrigin = Pick<StartRequest, 'id' | 'title' | 'manifest' | 'sources'>;

/** What ./tabs does: it knows of other tabs, and which of them runs what. */
type NotOfOneTab =
  | 'memory'
  | 'listeningPorts'
  | 'services'
  | 'appUrl'
  | 'connect'
  | 'fetch'
  | 'watch'
  | 'leave'
  | 'takeOver'
  | 'takeOverLater';

/** A machine of this page, run by a worker of its own; whether another tab runs it is for ./tabs to know. */
export class PageMachine extends RunningGuest implements Omit<Machine, NotOfOneTab> {
  readonly id: string;
  readonly title: string;
  readonly console = new ConsoleHub();
  readonly #origin: MachineOrigin;
  readonly #context: MachineContext;
  readonly #listeners = new Listeners<'state' | 'log'>();
  #state: MachineState;
  #beforeWaiting: MachineState = { name: 'running' };
  #notice: ErrorRecord | undefined;
  #checkpoints: readonly Checkpoint[];
  #reads: ContainerReads | undefined;
  #relay: RelayState['name'] = 'off';
  #log: string[] = [];
  #ready = new Deferred<void>();
  #connection: Connection<MachineService> | undefined;
  #starting: AbortController | undefined;

  /** @param record what this device knows of it, when it is not new */
  constructor(origin: MachineOrigin, context: MachineContext, record?: MachineRecord) {
    super();
    this.id = origin.id;
    this.title = origin.title;
    this.#origin = origin;
    this.#context = context;
    this.#state = restingState(record);
    this.#checkpoints = record?.checkpoints ?? [];
  }

  get container(): Digest {
    return this.#origin.manifest.digest;
  }

  get state(): MachineState {
    return this.#state;
  }

  get notice(): ErrorRecord | undefined {
    return this.#notice;
  }

  get relay(): RelayState['name'] {
    return this.#relay;
  }

  get reads(): ContainerReads | undefined {
    return this.#reads;
  }

  get log(): readonly string[] {
    return this.#log;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  on(type: 'state' | 'log', listener: () => void, options?: Cancellable): void {
    this.#listeners.on(type, listener, options);
  }

  /** Starts it; resolves at the first prompt. A failure is the machine's state, and rejects `ready`. */
  async begin(from: StartFrom, { signal, checkpoint }: BootOptions & { checkpoint?: string } = {}): Promise<void> {
    this.#reset();
    const starting = new AbortController();
    this.#starting = starting;
    signal?.addEventListener('abort', () => starting.abort(signal.reason));
    try {
      const connection = await this.#context.startWorker(this.id);
      if (starting.signal.aborted) connection.close();
      starting.signal.throwIfAborted();
      this.#connection = connection;
      await connection.service.watch((event) => this.#onEvent(event));
      const request = { ...this.#origin, ...this.#context.access(), from, checkpoint };
      await connection.service.start(request, { signal: starting.signal });
      this.console.connect(connection.service);
      this.#onReady();
    } catch (error) {
      if (starting.signal.aborted) this.#giveUp();
      else this.#fail(error);
    }
  }

  async suspend(): Promise<void> {
    const service = await this.service('be suspended');
    this.#become({ name: 'suspending' });
    try {
      const { savedAt, bytes } = await service.suspend();
      this.#close();
      this.#become({ name: 'suspended', savedAt, bytes });
      this.#context.onStored();
    } catch (error) {
      // It runs on: nothing is lost.
      this.#become({ name: 'running' });
      throw error;
    }
  }

  async resume(): Promise<void> {
    if (this.#state.name !== 'suspended') throw this.#wrongState('be resumed');
    await this.start();
  }

  async start(): Promise<void> {
    if (this.#connection) throw this.#wrongState('be started');
    await this.begin('suspended');
    await this.ready;
  }

  async stop(): Promise<void> {
    this.#starting?.abort(new DOMException('The machine was stopped.', 'AbortError'));
    if (this.#connection && this.#state.name !== 'starting') {
      this.#become({ name: 'stopping' });
      // Its worker may be busy or gone: what it holds goes with it either way.
      await Promise.race([this.#connection.service.stop().catch(() => undefined), delay(STOP_MS)]);
    }
    this.#close();
    this.#become({ name: 'stopped' });
  }

  async restart(options: BootOptions = {}): Promise<void> {
    await this.stop();
    await this.begin(options.from ?? 'snapshot', options);
    await this.ready;
  }

  async startOver(): Promise<void> {
    await this.stop();
    await this.#context.discard(this.id);
    this.#setCheckpoints([]);
    await this.begin('snapshot');
    await this.ready;
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#context.discard(this.id);
    await this.#context.forget(this.id);
    this.#context.onRemoved(this.id);
  }

  /** Takes over what another tab, which ran it meanwhile, has left; `problem`: why that is not what it should be. */
  settle(record: MachineRecord | undefined, problem?: AppError): void {
    this.#checkpoints = record?.checkpoints ?? [];
    this.#become(problem ? { name: 'failed', error: problem.toRecord() } : restingState(record));
  }

  checkpoints(): readonly Checkpoint[] {
    return this.#checkpoints;
  }

  async checkpoint(name: string, { isUndo = false }: CheckpointOptions = {}): Promise<Checkpoint> {
    const made = await (await this.service('be kept')).checkpoint(name, isUndo);
    this.#setCheckpoints([...this.#checkpoints, made]);
    this.#context.onStored();
    return made;
  }

  async restore(checkpoint: string): Promise<void> {
    const service = this.#connection?.service;
    if (service) await service.restore(checkpoint).catch((error: unknown) => this.#failReboot(error));
    else await this.begin('suspended', { checkpoint });
    await this.ready;
  }

  async growDisk(bytes: number): Promise<void> {
    const service = await this.service('get a larger disk');
    await service.growDisk(bytes).catch((error: unknown) => this.#failReboot(error));
    await this.ready;
  }

  async forget(checkpoint: string): Promise<void> {
    if (this.#connection) await this.#connection.service.forget(checkpoint);
    else await this.#forgetStopped(checkpoint);
    this.#setCheckpoints(this.#checkpoints.filter(({ id }) => id !== checkpoint));
    this.#context.onStored();
  }

  async export(options: BackupOptions = {}): Promise<Blob> {
    const { name } = this.#state;
    if (name !== 'suspended' && name !== 'stopped' && name !== 'failed')
      throw new AppError('backup/running', { state: name });
    return this.#context.export(this.id, options);
  }

  /** What it has done lately; undefined while it does not run. */
  async activity(): Promise<MachineActivity | undefined> {
    return this.#state.name === 'running' ? this.#connection?.service.activity() : undefined;
  }

  /** As `AppDoor.openApps`. @returns aborted when nobody answers there any more */
  async openApps(end: MessagePort, caller: AppCaller): Promise<AbortSignal> {
    const service = await this.service('answer');
    const { closed } = this.#connection ?? {};
    await service.openApps(end, caller);
    return closed ?? AbortSignal.abort();
  }

  async retry(): Promise<void> {
    await this.#connection?.service.retry();
  }

  /** A machine that does not run is opened for it. */
  async #forgetStopped(checkpoint: string): Promise<void> {
    const connection = await this.#context.startWorker(this.id);
    const { service } = connection;
    try {
      await service.open({ ...this.#origin, ...this.#context.access(), from: 'disk' });
      await service.forget(checkpoint);
      await service.stop();
    } finally {
      connection.close();
    }
  }

  /** What failed before the machine was ended for it left it as it was. */
  #failReboot(error: unknown): void {
    if (this.#state.name !== 'starting') throw error;
    this.#fail(error);
  }

  #setCheckpoints(checkpoints: readonly Checkpoint[]): void {
    this.#checkpoints = checkpoints;
    this.#listeners.emit('state');
  }

  protected async service(action: string): Promise<MachineService> {
    // A machine may wait for its disk while it boots, too.
    if (this.#state.name === 'starting' || this.#state.name === 'waiting') await this.ready;
    if (!this.#connection) throw this.#wrongState(action);
    return this.#connection.service;
  }

  #wrongState(action: string): AppError {
    return new AppError('machine/not-running', { state: this.#state.name, action });
  }

  #reset(): void {
    this.#close();
    this.#ready = Deferred.unobserved();
    this.#notice = undefined;
    this.#reads = undefined;
    this.#log = [];
    this.#become({ name: 'starting', stage: undefined, progress: undefined });
  }

  /** The start was called off. */
  #giveUp(): void {
    this.#ready.reject(this.#wrongState('start'));
    if (this.#state.name === 'starting') void this.stop();
  }

  #fail(error: unknown): void {
    const failure = AppError.from(error);
    this.#close();
    this.#become({ name: 'failed', error: failure.toRecord() });
    this.#ready.reject(failure);
  }

  #close(): void {
    this.console.disconnect();
    this.#connection?.close();
    this.#connection = undefined;
    this.#relay = 'off';
  }

  #become(state: MachineState): void {
    this.#state = state;
    this.#listeners.emit('state');
  }

  #onEvent(event: MachineEvent): void {
    switch (event.type) {
      case 'loading':
        return this.#onStarting({ progress: event.progress });
      case 'stage':
        return this.#onStarting({ stage: event.stage });
      case 'notice':
        this.#notice = event.error;
        return this.#listeners.emit('state');
      case 'undone':
        this.#notice = new AppError('machine/undone', { checkpoint: event.checkpoint.name }).toRecord();
        return this.#setCheckpoints(this.#checkpoints.filter(({ id }) => id !== event.checkpoint.id));
      case 'waiting':
        if (this.#state.name !== 'waiting') this.#beforeWaiting = this.#state;
        return this.#become({ name: 'waiting', error: event.error });
      case 'continuing':
        return this.#become(this.#beforeWaiting);
      case 'reads':
        this.#reads = { device: event.device, network: event.network };
        return this.#listeners.emit('state');
      case 'relay':
        this.#relay = event.relay;
        return this.#listeners.emit('state');
      case 'log':
        this.#log = [...this.#log, event.line].slice(-LOG_LINES);
        return this.#listeners.emit('log');
      case 'rebooting':
        this.#ready = Deferred.unobserved();
        return this.#become({ name: 'starting', stage: undefined, progress: undefined });
      case 'ready':
        // The first time `start` goes on when the terminal is connected; after a reboot it still is.
        return this.console.restarted() ? this.#onReady() : undefined;
      case 'halted':
        return event.reason === 'panic' ? this.#onPanic() : void this.stop();
    }
  }

  #onReady(): void {
    this.#beforeWaiting = { name: 'running' };
    this.#become({ name: 'running' });
    this.#ready.resolve();
    this.#context.onStored();
  }

  #onPanic(): void {
    const detail = this.#log.findLast((line) => line.includes('Kernel panic')) ?? 'it did not say why';
    this.#fail(new AppError('guest/panic', { detail }));
  }

  #onStarting(change: Partial<Extract<MachineState, { name: 'starting' }>>): void {
    if (this.#state.name === 'starting') this.#become({ ...this.#state, ...change });
  }
}

function restingState(record: MachineRecord | undefined): MachineState {
  return record?.suspended ? { name: 'suspended', ...record.suspended } : { name: 'stopped' };
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
