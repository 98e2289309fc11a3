import type { OverlayImage } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ExecOptions, ExecResult, GuestProcess, Session, SessionEvent } from '#ports/engine.ts';
import type { MachineEvent, MachineService, StartRequest } from '#ports/machine-service.ts';
import type { MachineRecord, StateStore } from '#ports/state-store.ts';
import { ContainerShelf, holdContainer, type ContainerClient } from '#storage/index.ts';
import type { Environment } from './environment.ts';
import { openContainer } from './open-container.ts';
import { MachineStarter, statesOf } from './start-machine.ts';

/** How much smaller a state is when it is stored, at least as a rule. */
const USUAL_COMPRESSION = 4;

type ConsoleSink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** What sessions of the machine are started with. */
interface Basis {
  readonly request: StartRequest;
  readonly environment: Environment;
  readonly container: ContainerClient;
  readonly starter: MachineStarter;
}

interface Running extends Basis {
  readonly session: Session;
}

/** The machine of a worker: started once, then served until it stops. */
export class MachineHost implements MachineService {
  readonly #load: (options: Cancellable) => Promise<Environment>;
  readonly #ending = new AbortController();
  #listener: (event: MachineEvent) => void = () => undefined;
  readonly #sinks: ConsoleSink[] = [];
  #running: Running | undefined;

  constructor(load: (options: Cancellable) => Promise<Environment>) {
    this.#load = load;
  }

  watch(listener: (event: MachineEvent) => void): Promise<void> {
    this.#listener = listener;
    return Promise.resolve();
  }

  async start(request: StartRequest, options: Cancellable = {}): Promise<void> {
    const environment = await this.#load(options);
    const { storage, engine } = environment;
    if (storage.limitation) this.#notice(storage.limitation);
    // Nobody may make room with the container of a machine that runs.
    await holdContainer(request.manifest.digest, this.#ending.signal);
    const container = await openContainer(request, storage, (error) => this.#notice(error), options);
    const starter = new MachineStarter(engine, storage, (event) => this.#listener(event));
    this.#noteUse(container, request, environment);
    await this.#run({ request, environment, container, starter }, options);
  }

  attachConsole(sink: ConsoleSink): Promise<void> {
    this.#sinks.push(sink);
    this.#session('show its terminal').console.attach(sink, { signal: this.#ending.signal });
    return Promise.resolve();
  }

  writeConsole(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#session('take input').console.write(bytes);
    return Promise.resolve();
  }

  resizeConsole(columns: number, rows: number): Promise<void> {
    this.#session('resize its terminal').console.resize(columns, rows);
    return Promise.resolve();
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return this.#session('run programs').exec(argv, options);
  }

  async writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#session('take files').writeFile(path, bytes);
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#session('give files').readFile(path);
  }

  async processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    return this.#session('list processes').processes(options);
  }

  async suspend(): Promise<MachineRecord> {
    const { request, session, environment } = this.#mustRun('be suspended');
    const states = statesOf(environment.storage);
    const state = await session.save();
    const { id, title, manifest, sources } = request;
    const engineVersion = environment.engine.version;
    const record = { id, title, manifest, sources, engineVersion, savedAt: Date.now() };
    const saved = await this.#save(states, record, state);
    await this.stop();
    return saved;
  }

  retry(): Promise<void> {
    this.#session('try again').retry();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running?.session.stop();
    this.#running = undefined;
  }

  /** Starts a session; `written` is what an earlier one of the same machine left on the disk. */
  async #run(basis: Basis, options: Cancellable, written?: OverlayImage): Promise<void> {
    const request: StartRequest = written ? { ...basis.request, from: 'disk' } : basis.request;
    const { session, from } = await basis.starter.start(request, basis.container, { ...options, written });
    if (from !== 'disk') this.#renew(session, from);
    this.#running = { ...basis, session };
    session.subscribe((event) => this.#onEvent(event));
    for (const sink of this.#sinks) session.console.attach(sink, { signal: this.#ending.signal });
    await session.ready(options);
    this.#listener({ type: 'ready', from });
  }

  /** A machine that comes back is the one that it was. */
  #renew(session: Session, from: 'snapshot' | 'suspended'): void {
    session.renew(from === 'snapshot' ? 'new' : 'kept').catch((error: unknown) => this.#notice(error));
  }

  #onEvent(event: SessionEvent): void {
    if (event.type !== 'halted') this.#listener(event);
    else if (event.reason !== 'reboot') this.#listener({ type: 'halted', reason: event.reason });
    else this.#reboot().catch((error: unknown) => this.#failReboot(error));
  }

  /** v86 cannot restart a machine that it has given a kernel: a new one takes over the disk. */
  async #reboot(): Promise<void> {
    const { session, ...basis } = this.#mustRun('reboot');
    this.#listener({ type: 'rebooting' });
    this.#running = undefined;
    const written = session.written();
    await session.stop();
    await this.#run(basis, { signal: this.#ending.signal }, written);
  }

  #failReboot(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#notice(error);
    this.#listener({ type: 'halted', reason: 'poweroff' });
  }

  /** A device without room lets go of containers that were not used for long. */
  async #save(...[states, record, state]: [StateStore, ...Parameters<StateStore['save']>]): Promise<MachineRecord> {
    try {
      return await states.save(record, state);
    } catch (error) {
      if (AppError.from(error).code !== 'storage/full') throw error;
      const { storage } = this.#mustRun('be suspended').environment;
      const bytes = state.reduce((sum, part) => sum + part.length, 0);
      if (!(await new ContainerShelf(storage).makeRoom(bytes / USUAL_COMPRESSION, []))) throw error;
      return states.save(record, state);
    }
  }

  #noteUse({ container }: ContainerClient, { sources }: StartRequest, { storage }: Environment): void {
    const shelf = new ContainerShelf(storage);
    shelf.remember(container, sources, true).catch((error: unknown) => this.#notice(error));
  }

  /** What is called off because the machine ends is no news. */
  #notice(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#listener({ type: 'notice', error: AppError.from(error).toRecord() });
  }

  #session(action: string): Session {
    return this.#mustRun(action).session;
  }

  #mustRun(action: string): Running {
    if (this.#running) return this.#running;
    const state = this.#ending.signal.aborted ? 'stopped' : 'not started yet';
    throw new AppError('machine/not-running', { state, action });
  }
}
