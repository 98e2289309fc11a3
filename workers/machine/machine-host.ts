import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ExecOptions, ExecResult, GuestProcess } from '#ports/engine.ts';
import type { MachineEvent, MachineService, StartRequest } from '#ports/machine-service.ts';
import type { TransferProgress } from '#ports/progress.ts';
import type { MachineRecord } from '#ports/state-store.ts';
import { BlobReader, keepOffline, loadCompression, RemoteContainer } from '#storage/index.ts';
import type { Environment } from './environment.ts';
import { MachineStarter, statesOf, type RestorableSession } from './start-machine.ts';

interface Running {
  readonly request: StartRequest;
  readonly session: RestorableSession;
  readonly environment: Environment;
}

/** The machine of a worker: started once, then served until it stops. */
export class MachineHost implements MachineService {
  readonly #load: (options: Cancellable) => Promise<Environment>;
  readonly #ending = new AbortController();
  #listener: (event: MachineEvent) => void = () => undefined;
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
    const blobs = new BlobReader(request.catalogUrl, storage.contents, (error) => this.#notice(error));
    const container = await RemoteContainer.open(request.manifest, blobs, loadCompression, options);
    const starter = new MachineStarter(engine, storage, (event) => this.#listener(event));
    const { session, from } = await starter.start(request, container, options);
    this.#running = { request, session, environment };
    session.subscribe((event) => this.#listener(event));
    await session.ready(options);
    this.#listener({ type: 'ready', from });
    if (from !== 'disk') session.setClock().catch((error: unknown) => this.#notice(error));
    // Where the browser keeps nothing, keeping would only fill the memory.
    if (request.keepOffline && !storage.limitation) void this.#keep(container, environment);
  }

  attachConsole(sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<void> {
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
    const { id, title, manifest, catalogUrl } = request;
    const engineVersion = environment.engine.version;
    const record = { id, title, manifest, catalogUrl, engineVersion, savedAt: Date.now() };
    const saved = await states.save(record, state);
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

  async #keep(container: RemoteContainer, { storage }: Environment): Promise<void> {
    try {
      const onProgress = (progress: TransferProgress): void => this.#listener({ type: 'keeping', progress });
      await keepOffline(container, storage.contents, { signal: this.#ending.signal, onProgress });
      this.#listener({ type: 'kept' });
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#notice(error);
    }
  }

  #notice(error: unknown): void {
    this.#listener({ type: 'notice', error: AppError.from(error).toRecord() });
  }

  #session(action: string): RestorableSession {
    return this.#mustRun(action).session;
  }

  #mustRun(action: string): Running {
    if (this.#running) return this.#running;
    const state = this.#ending.signal.aborted ? 'stopped' : 'not started yet';
    throw new AppError('machine/not-running', { state, action });
  }
}
