import { Deferred } from '#domain/async/index.ts';
import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { GuestProcess } from '#ports/engine.ts';
import type { MachineEvent, MachineService, StartFrom, StartRequest } from '#ports/machine-service.ts';
import type { BootOptions, Machine, MachineState, RunOptions, RunResult } from '#ports/portolan.ts';
import type { MachineRecord } from '#ports/state-store.ts';
import type { Connection } from '#rpc/index.ts';
import { Listeners } from './listeners.ts';
import { ConsoleHub } from './machine-console.ts';

/** Lines of the kernel's log that are kept. */
const LOG_LINES = 500;

/** What a machine needs of the page around it. */
export interface MachineContext {
  startWorker(name: string): Promise<Connection<MachineService>>;
  /** Where the container's content is to be asked for, now. */
  access(): Pick<StartRequest, 'scope' | 'via'>;
  /** Forgets a suspended state. */
  forget(id: string): Promise<void>;
  /** More is on this device than before. */
  onStored(): void;
  /** @param id of the machine */
  onRemoved(id: string): void;
}

/** Which machine it is, and of what. */
export type MachineOrigin = Pick<StartRequest, 'id' | 'title' | 'manifest' | 'sources'>;

/** A machine of this page, run by a worker of its own; whether another tab runs it is for ./tabs to know. */
export class PageMachine implements Omit<Machine, 'memory' | 'watch' | 'leave' | 'takeOver' | 'takeOverLater'> {
  readonly id: string;
  readonly title: string;
  readonly console = new ConsoleHub();
  readonly #origin: MachineOrigin;
  readonly #context: MachineContext;
  readonly #listeners = new Listeners<'state' | 'log'>();
  #state: MachineState;
  #beforeWaiting: MachineState = { name: 'running' };
  #notice: ErrorRecord | undefined;
  #log: string[] = [];
  #ready = new Deferred<void>();
  #connection: Connection<MachineService> | undefined;
  #starting: AbortController | undefined;

  constructor(origin: MachineOrigin, context: MachineContext, suspended?: Pick<MachineRecord, 'savedAt' | 'bytes'>) {
    this.id = origin.id;
    this.title = origin.title;
    this.#origin = origin;
    this.#context = context;
    this.#state = restingState(suspended);
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
  async start(from: StartFrom, { signal }: BootOptions = {}): Promise<void> {
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
      const request = { ...this.#origin, ...this.#context.access(), from };
      await connection.service.start(request, { signal: starting.signal });
      this.console.connect(connection.service);
      this.#onReady();
    } catch (error) {
      if (starting.signal.aborted) this.#giveUp();
      else this.#fail(error);
    }
  }

  async exec(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin, ...rest } = options;
    const input = stdin === undefined ? {} : { stdin: toBytes(stdin) };
    const { status, stdout, stderr } = await (await this.#service('run programs')).exec(argv, { ...rest, ...input });
    const text = new TextDecoder();
    return { status, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  async writeFile(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await (await this.#service('take files')).writeFile(path, toBytes(content));
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#service('give files')).readFile(path);
  }

  async processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    return (await this.#service('list processes')).processes(options);
  }

  async suspend(): Promise<void> {
    const service = await this.#service('be suspended');
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
    await this.start('suspended');
    await this.ready;
  }

  async stop(): Promise<void> {
    this.#starting?.abort(new DOMException('The machine was stopped.', 'AbortError'));
    // Its worker may be busy or gone: what it holds goes with it either way.
    this.#close();
    this.#become({ name: 'stopped' });
    return Promise.resolve();
  }

  async restart(options: BootOptions = {}): Promise<void> {
    await this.stop();
    await this.start(options.from ?? 'snapshot', options);
    await this.ready;
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#context.forget(this.id);
    this.#context.onRemoved(this.id);
  }

  /** Takes over what another tab, which ran it meanwhile, has left: a suspended state, or nothing. */
  settle(suspended: Pick<MachineRecord, 'savedAt' | 'bytes'> | undefined, problem?: AppError): void {
    this.#become(problem ? { name: 'failed', error: problem.toRecord() } : restingState(suspended));
  }

  async retry(): Promise<void> {
    await this.#connection?.service.retry();
  }

  async #service(action: string): Promise<MachineService> {
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
    this.#ready = unobserved();
    this.#notice = undefined;
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
      case 'waiting':
        if (this.#state.name !== 'waiting') this.#beforeWaiting = this.#state;
        return this.#become({ name: 'waiting', error: event.error });
      case 'continuing':
        return this.#become(this.#beforeWaiting);
      case 'log':
        this.#log = [...this.#log, event.line].slice(-LOG_LINES);
        return this.#listeners.emit('log');
      case 'rebooting':
        this.#ready = unobserved();
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

function restingState(suspended: Pick<MachineRecord, 'savedAt' | 'bytes'> | undefined): MachineState {
  if (!suspended) return { name: 'stopped' };
  return { name: 'suspended', savedAt: suspended.savedAt, bytes: suspended.bytes };
}

/** A promise that need not be handled by whoever does not ask for it. */
function unobserved(): Deferred<void> {
  const deferred = new Deferred<void>();
  deferred.promise.catch(() => undefined);
  return deferred;
}

function toBytes(content: string | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
