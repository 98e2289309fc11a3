import { grownSize } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { HaltReason } from '#domain/guest/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { GuestProcess, Session, SessionEvent } from '#ports/engine.ts';
import type { SavedState, StateDescription } from '#ports/kept-machines.ts';
import type { SuspendedState } from '#ports/machine-records.ts';
import type { MachineActivity, MachineEvent, MachineService, StartFrom, StartRequest } from '#ports/machine-service.ts';
import { ContainerShelf, holdContainer, type ReadOrigin } from '#storage/index.ts';
import type { Environment } from './environment.ts';
import { GuestNetwork } from './guest-network.ts';
import { openKeeping, type Keeping } from './keeping.ts';
import { MachineApps, openApps, type AppKeeping } from './machine-apps.ts';
import { openRelaySetting, type RelaySetting } from './relay/index.ts';
import { openContainer, type ContainerListeners } from './open-container.ts';
import { describeDisk, fillDisk, MemoryDisk, syncDisk } from './own-disk.ts';
import { ServedGuest, type Servers } from './served-guest.ts';
import { MachineStarter, type StartParts } from './start-machine.ts';

type ConsoleSink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** What sessions of the machine are started with. */
interface Basis extends StartParts {
  readonly id: string;
  readonly environment: Environment;
  readonly starter: MachineStarter;
  readonly apps: AppKeeping;
  readonly relay: RelaySetting;
  /** Why nothing is kept. */
  readonly limitation: AppError | undefined;
}

interface Running extends Servers {
  isReady: boolean;
  /** It waits for its disk, or has halted. */
  stands: boolean;
  /** The page was told that it waits. */
  told: boolean;
}

/** The machine of a worker: started once, then served until it stops. */
export class MachineHost extends ServedGuest implements MachineService {
  readonly #load: (options: Cancellable) => Promise<Environment>;
  readonly #ending = new AbortController();
  #listener: (event: MachineEvent) => void = () => undefined;
  readonly #sinks: ConsoleSink[] = [];
  readonly #reads: Record<ReadOrigin, number> = { device: 0, network: 0 };
  #basis: Basis | undefined;
  #touchedAt = Date.now();
  /** Settles when the guest may be stopped and saved again. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Settles when the guest's file system has taken all of a larger disk. */
  #filled: Promise<void> = Promise.resolve();
  #running: Running | undefined;

  constructor(load: (options: Cancellable) => Promise<Environment>) {
    super();
    this.#load = load;
  }

  watch(listener: (event: MachineEvent) => void): Promise<void> {
    this.#listener = listener;
    return Promise.resolve();
  }

  async open(request: StartRequest, options: Cancellable = {}): Promise<void> {
    const environment = await this.#load(options);
    const { storage, engine } = environment;
    // Nobody may make room with the container of a machine that runs.
    await holdContainer(request.manifest.digest, this.#ending.signal);
    const listeners: ContainerListeners = {
      onNotice: (error) => this.#notice(error),
      onRead: (origin, bytes) => void (this.#reads[origin] += bytes),
    };
    const container = await openContainer(request, storage, listeners, options);
    const shelf = new ContainerShelf(storage);
    shelf.remember(container.container, request.sources, true).catch((error: unknown) => this.#notice(error));
    const disk = await container.disk(options);
    const identity = { bytes: disk.size, base: container.parts.disk.blob.digest };
    const starter = new MachineStarter(engine, (event) => this.#listener(event));
    const { keeping, limitation } = await openKeeping(request, identity, storage);
    const own = keeping?.machine ?? new MemoryDisk(disk.size);
    const apps = await openApps(request.id, keeping, (error) => this.#notice(error));
    const relay = await openRelaySetting(keeping);
    this.#basis = { id: request.id, environment, container, starter, apps, relay, keeping, own, limitation };
  }

  async start(request: StartRequest, options: Cancellable = {}): Promise<void> {
    await this.open(request, options);
    if (request.checkpoint !== undefined) await this.#goBack(request.checkpoint);
    const undone = await this.#undo(request.checkpoint !== undefined);
    try {
      await this.#run(request.from, options);
    } catch (error) {
      await this.#runInMemory(AppError.from(error));
      await this.#run(request.from, options);
    }
    const { limitation } = this.#opened('start');
    if (limitation) this.#notice(limitation);
    if (undone) await this.#forgetUndo(undone);
  }

  attachConsole(sink: ConsoleSink): Promise<void> {
    this.#sinks.push(sink);
    this.#session('show its terminal').console.attach(sink, { signal: this.#ending.signal });
    return Promise.resolve();
  }

  resizeConsole(columns: number, rows: number): Promise<void> {
    this.#session('resize its terminal').console.resize(columns, rows);
    return Promise.resolve();
  }

  async processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    return this.#session('list processes').processes(options);
  }

  protected servers(action: string): Servers {
    this.#touch();
    return this.#mustRun(action);
  }

  suspend(): Promise<SuspendedState> {
    return this.#alone(async () => {
      const { savedAt, bytes } = await this.#save('suspended', '');
      this.#ending.abort();
      await this.#endSession();
      this.#basis?.keeping?.machine.close();
      return { savedAt, bytes };
    });
  }

  checkpoint(name: string, isUndo = false): Promise<SavedState> {
    return this.#alone(async () => {
      const session = this.#session('be saved');
      const saved = await this.#save('checkpoint', name, isUndo);
      await session.resume();
      return saved;
    });
  }

  restore(checkpoint: string): Promise<void> {
    return this.#alone(() => this.#restore(checkpoint));
  }

  async forget(checkpoint: string): Promise<void> {
    await this.#alone(() => this.#keeping().forget(checkpoint));
  }

  disk(): Promise<DiskReport> {
    return describeDisk(this.#session('tell of its disk'), this.#opened('tell of its disk').own.size);
  }

  async growDisk(bytes: number): Promise<void> {
    await this.#alone(() => this.#growDisk(bytes));
    await this.#filled;
  }

  activity(): Promise<MachineActivity> {
    return Promise.resolve({ touchedAt: this.#touchedAt, busy: this.#session('tell what it does').busy });
  }

  async retry(): Promise<void> {
    this.#session('try again').retry();
  }

  async stop(): Promise<void> {
    await this.#sync();
    this.#ending.abort();
    await this.#endSession();
    this.#basis?.keeping?.machine.close();
  }

  /** One after the other: a guest that another one lets go on would write to the disk of a state that is being saved. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Starts a session on the disk as it is. */
  async #run(from: StartFrom, options: Cancellable): Promise<void> {
    const basis = this.#opened('start');
    const started = await basis.starter.start(from, basis, options);
    const { session } = started;
    if (started.from !== 'disk') this.#renew(session, started.from);
    const onRelay = ({ name }: RelayState): void => this.#listener({ type: 'relay', relay: name });
    const network = new GuestNetwork(session, basis.relay, onRelay);
    const running = {
      session,
      network,
      apps: new MachineApps(basis.id, network, basis.apps),
      isReady: false,
      stands: false,
      told: false,
    };
    this.#running = running;
    session.subscribe((event) => this.#onEvent(event));
    for (const sink of this.#sinks) session.console.attach(sink, { signal: this.#ending.signal });
    session.console.attach(() => this.#touch(), { signal: this.#ending.signal });
    await session.ready(options);
    running.isReady = true;
    this.bootEnded();
    this.#listener({ type: 'reads', ...this.#reads });
    this.#listener({ type: 'ready', from: started.from });
    if (started.from === 'disk' && basis.own.size > basis.container.config.diskSize) this.#fillDisk(session);
    basis.keeping?.started().catch((error: unknown) => this.#notice(error));
  }

  /** Ends the session, if there is one; another one may follow. */
  async #endSession(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.sessionEnded();
    running?.apps.close(this.#ending.signal.aborted ? this.#wrongState('answer') : undefined);
    running?.network.close();
    await this.#basis?.apps.cookies.flush();
    await running?.session.stop();
  }

  async #restore(checkpoint: string): Promise<void> {
    this.#mustRun('go back');
    // Read before anything is given up for it.
    await this.#keeping().machine.load(checkpoint);
    this.#listener({ type: 'rebooting' });
    await this.#endSession();
    this.#keeping().machine.goBack(checkpoint);
    await this.#run('suspended', { signal: this.#ending.signal });
  }

  /** What the manifest of its disk says comes first: should it end here, its next start goes on with it. */
  async #growDisk(wanted: number): Promise<void> {
    this.#mustRun('get a larger disk');
    const { own, keeping } = this.#opened('get a larger disk');
    const bytes = grownSize(own.size, wanted);
    if (keeping?.begun) throw new AppError('disk/busy', { checkpoint: keeping.begun.name });
    await this.#sync();
    own.grow(bytes);
    await this.#reboot();
  }

  /** With each boot: the one that was to do it may have ended before. */
  #fillDisk(session: Session): void {
    this.#filled = this.#alone(() => fillDisk(session));
    this.#filled.catch((error: unknown) => this.#notice(error));
  }

  /** A machine that comes back is the one that it was. */
  #renew(session: Session, from: 'snapshot' | 'suspended'): void {
    session.renew(from === 'snapshot' ? 'new' : 'kept').catch((error: unknown) => this.#notice(error));
  }

  async #goBack(checkpoint: string): Promise<void> {
    const { machine } = this.#keeping();
    await machine.load(checkpoint);
    machine.goBack(checkpoint);
  }

  /** A change that was begun has ended with its tab or device: what it has done is taken back. */
  async #undo(isBack: boolean): Promise<SavedState | undefined> {
    const begun = this.#opened('start').keeping?.begun;
    if (begun && !isBack) await this.#goBack(begun.id);
    return begun;
  }

  async #forgetUndo(checkpoint: SavedState): Promise<void> {
    await this.#keeping()
      .forget(checkpoint.id)
      .catch((error: unknown) => this.#notice(AppError.from(error)));
    this.#listener({ type: 'undone', checkpoint });
  }

  /** A new machine for whose disk there is no room is not kept. @throws AppError `error`, of any other machine */
  async #runInMemory(error: AppError): Promise<void> {
    const basis = this.#opened('start');
    if (error.code !== 'storage/full' || !basis.keeping || basis.own.disk.version !== 0) throw error;
    await basis.keeping.discard();
    const limitation = new AppError('machine/in-memory', { detail: error.message }, { cause: error });
    this.#basis = { ...basis, keeping: undefined, own: new MemoryDisk(basis.own.size), limitation };
  }

  #onEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'waiting':
        return this.#onWaiting(event);
      case 'continuing':
        return this.#onContinuing(event);
      case 'halted':
        return this.#onHalted(event.reason);
      default:
        this.#listener(event);
    }
  }

  #onWaiting(event: Extract<SessionEvent, { type: 'waiting' }>): void {
    if (this.#running) this.#running.stands = true;
    if (event.error.code !== 'storage/full') return this.#tellWaiting(event);
    this.#makeRoom(event).catch((error: unknown) => this.#notice(error));
  }

  #tellWaiting(event: MachineEvent): void {
    if (this.#running) this.#running.told = true;
    this.#listener(event);
  }

  #onContinuing(event: MachineEvent): void {
    const told = this.#running?.told === true;
    if (this.#running) Object.assign(this.#running, { stands: false, told: false });
    if (told) this.#listener(event);
  }

  #onHalted(reason: HaltReason): void {
    if (this.#running) this.#running.stands = true;
    if (reason === 'reboot') this.#reboot().catch((error: unknown) => this.#failReboot(error));
    else this.#listener({ type: 'halted', reason });
  }

  /** The guest's disk is full: containers that were not used for long go, and the user is told when that is not enough. */
  async #makeRoom(event: MachineEvent): Promise<void> {
    const made = (await this.#basis?.keeping?.makeRoom()) ?? false;
    if (made) this.#running?.session.retry();
    // It may have gone on meanwhile.
    else if (this.#running?.stands) this.#tellWaiting(event);
  }

  /** v86 cannot restart a machine that it has given a kernel: a new one takes over the disk. */
  async #reboot(): Promise<void> {
    this.#mustRun('reboot');
    this.#listener({ type: 'rebooting' });
    await this.#endSession();
    await this.#run('disk', { signal: this.#ending.signal });
  }

  #failReboot(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#notice(error);
    this.#listener({ type: 'halted', reason: 'poweroff' });
  }

  /** Leaves the guest standing still; it runs on when that fails. */
  async #save(kind: StateDescription['kind'], name: string, isUndo?: boolean): Promise<SavedState> {
    const session = this.#session('be saved');
    const keeping = this.#keeping();
    const engineVersion = this.#opened('be saved').environment.engine.version;
    // So that the disk alone is worth something, should the state not be restored.
    await this.#sync();
    await session.pause();
    try {
      const parts = await session.save();
      return await keeping.save({ kind, name, engineVersion, savedAt: Date.now(), isUndo }, parts);
    } catch (error) {
      await session.resume();
      throw error;
    }
  }

  /** As far as the guest answers in time. */
  async #sync(): Promise<void> {
    if (this.#running?.isReady && !this.#running.stands) await syncDisk(this.#running.session);
  }

  /** What is called off because the machine ends is no news. */
  #notice(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#listener({ type: 'notice', error: AppError.from(error).toRecord() });
  }

  #touch(): void {
    this.#touchedAt = Date.now();
  }

  #session(action: string): Session {
    return this.#mustRun(action).session;
  }

  #mustRun(action: string): Running {
    if (this.#running) return this.#running;
    throw this.#wrongState(action);
  }

  #opened(action: string): Basis {
    if (this.#basis) return this.#basis;
    throw this.#wrongState(action);
  }

  /** @throws AppError why nothing is kept */
  #keeping(): Keeping {
    const { keeping, limitation } = this.#opened('keep anything');
    if (keeping) return keeping;
    throw limitation ?? this.#wrongState('keep anything');
  }

  #wrongState(action: string): AppError {
    const state = this.#ending.signal.aborted ? 'stopped' : 'not started yet';
    return new AppError('machine/not-running', { state, action });
  }
}
