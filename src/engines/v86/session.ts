import { Deferred, untilAborted } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { HaltReason } from '#domain/guest/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type {
  ExecOptions,
  ExecResult,
  GuestProcess,
  Identity,
  Session,
  SessionConsole,
  SessionEvent,
  SessionNetwork,
} from '#ports/engine.ts';
import type { V86 } from 'v86';
import { BootProgress } from './boot-progress.ts';
import { V86Console } from './console.ts';
import type { OverlayDisk } from './disk.ts';
import { GuestAgent } from './guest-agent.ts';
import { GuestClock } from './guest-clock.ts';
import { GuestPrograms } from './guest-programs.ts';
import type { Holds } from './holds.ts';
import { internalsOf } from './internals.ts';
import { V86Network, type NetworkCard } from './network.ts';
import type { Patience } from './patience.ts';
import { encodeState } from './saved-state.ts';
import { Scheduler } from './scheduler.ts';
import { SerialInput } from './serial-input.ts';
import { SharedFolder } from './shared-folder.ts';
import { addWriteCache } from './write-cache.ts';

/** Seconds of running time in which a machine must come to its prompt. */
const BOOT_SECONDS = 180;
/** Queue of the virtio console into which the guest puts buffers for input (virtio 1.2, 5.3.2). */
const CONSOLE_INPUT_QUEUE = 0;

/** What a session is made of besides the emulator. */
export interface SessionParts {
  readonly disk: OverlayDisk;
  readonly holds: Holds;
  readonly patience: Patience;
  readonly events: SessionEvents;
  /** What the terminal showed when the state was saved; undefined for a cold boot. */
  readonly screen: Uint8Array<ArrayBuffer> | undefined;
  readonly scheduling: 'ours' | 'stock';
  readonly card: NetworkCard;
}

/** The listeners of a session, there before the session is. */
export class SessionEvents {
  readonly #listeners = new Set<(event: SessionEvent) => void>();

  readonly emit = (event: SessionEvent): void => {
    for (const listener of this.#listeners) listener(event);
  };

  subscribe(listener: (event: SessionEvent) => void, { signal }: Cancellable): void {
    if (signal?.aborted) return;
    this.#listeners.add(listener);
    signal?.addEventListener('abort', () => this.#listeners.delete(listener));
  }
}

/** A machine that v86 runs. Made by `V86Engine.start`. */
export class V86Session implements Session {
  readonly network: SessionNetwork;
  readonly #emulator: V86;
  readonly #parts: SessionParts;
  readonly #scheduler: Scheduler | undefined;
  readonly #console: V86Console;
  readonly #agentLine: SerialInput;
  readonly #agent: GuestAgent;
  readonly #programs: GuestPrograms;
  readonly #clock: GuestClock;
  readonly #folder: SharedFolder;
  readonly #ready = Deferred.unobserved<void>();
  /** Settles when the machine is what others may see. */
  #renewal: Promise<unknown> = Promise.resolve();
  #halted = false;
  #stopped = false;

  constructor(emulator: V86, parts: SessionParts) {
    const internals = internalsOf(emulator);
    const { v86, fs9p, bus } = internals;
    this.#emulator = emulator;
    this.#parts = parts;
    this.#scheduler = parts.scheduling === 'ours' ? new Scheduler(v86) : undefined;
    addWriteCache(v86.cpu, (done) => parts.disk.flush(done));
    this.#folder = new SharedFolder(emulator, fs9p);
    this.network = new V86Network(internals, parts.card);
    const { queues } = v86.cpu.devices.virtio_console.virtio;
    const inputQueue = queues[CONSOLE_INPUT_QUEUE];
    if (!inputQueue) throw new TypeError('this build of v86 has no console queue');
    this.#console = new V86Console(
      {
        inputQueue,
        send: (bytes) => bus.send('virtio-console0-input-bytes', bytes),
        // v86 sends rows before columns; virtio (1.2, 5.3.6.2) and the kernel of our images (6.1.176) have columns first.
        resize: (columns, rows) => bus.send('virtio-console0-resize', [rows, columns]),
        hold: (held) => void (held ? parts.holds.hold('console') : parts.holds.release('console')),
      },
      parts.screen,
    );
    this.#agentLine = new SerialInput({
      send: (bytes) => emulator.serial_send_bytes(1, bytes),
      waiting: () => v86.cpu.devices.uart1.input.length,
    });
    this.#agent = new GuestAgent({
      send: (bytes) => this.#agentLine.send(bytes),
      pending: () => this.#agentLine.pending,
      running: () => parts.holds.running,
    });
    this.#programs = new GuestPrograms(this.#agent);
    this.#clock = new GuestClock(this.#agent);
    this.#ready.promise.then(
      () => this.#clock.keep(),
      () => undefined,
    );
    if (parts.screen) this.#ready.resolve();
    // v86 would start the firmware again, which finds the kernel's image overwritten and crashes the emulator.
    v86.cpu.reboot_internal = () => this.#halt('reboot');
    this.#listen(bus);
  }

  get console(): SessionConsole {
    return this.#console;
  }

  get busy(): number {
    return this.#scheduler?.busy ?? 0;
  }

  /** Chunks of the disk in the order in which the guest first read them. */
  get trace(): readonly number[] {
    return this.#parts.disk.trace;
  }

  async ready({ signal }: Cancellable = {}): Promise<void> {
    this.#mustRun('show a prompt');
    signal?.throwIfAborted();
    const limit = new Deferred<never>();
    let left = BOOT_SECONDS;
    const timer = setInterval(() => {
      if (this.#parts.holds.running && --left <= 0) {
        limit.reject(new AppError('machine/boot-timeout', { seconds: BOOT_SECONDS }));
      }
    }, 1000);
    const onAbort = (): void => limit.reject(AppError.from(signal?.reason));
    signal?.addEventListener('abort', onAbort);
    try {
      await Promise.race([this.#ready.promise, limit.promise]);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  subscribe(listener: (event: SessionEvent) => void, options: Cancellable = {}): void {
    this.#mustRun('tell what happens to it');
    this.#parts.events.subscribe(listener, options);
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    this.#mustRun('run programs');
    await untilAborted(this.#renewal, options?.signal);
    this.#mustRun('run programs');
    return this.#programs.exec(argv, options);
  }

  async writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#mustRun('take files');
    await this.#folder.write(path, bytes);
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    this.#mustRun('give files');
    return this.#folder.read(path);
  }

  async processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    this.#mustRun('list processes');
    return this.#programs.processes(options);
  }

  async pause(): Promise<void> {
    this.#mustRun('pause');
    // A guest that stands still is never renewed, and who pauses it to save it would wait for that for ever.
    await this.#renewal;
    this.#mustRun('pause');
    await this.#parts.holds.hold('user');
  }

  async resume(): Promise<void> {
    this.#mustRun('go on');
    await this.#parts.holds.release('user');
  }

  async save(): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    this.#mustRun('be saved');
    // A machine that comes back is taken for one that has an identity of its own.
    await this.#renewal;
    this.#mustRun('be saved');
    const { holds, disk, patience } = this.#parts;
    await holds.hold('save');
    try {
      await patience.unlessWaiting(disk.settled());
      return encodeState({ screen: this.#console.shown, machine: await this.#emulator.save_state() });
    } finally {
      await holds.release('save');
    }
  }

  async renew(identity: Identity): Promise<void> {
    this.#mustRun('be renewed');
    const renewal = this.#renewAll(identity);
    this.#renewal = renewal.catch(() => undefined);
    if (identity === 'new') this.#console.bar(this.#renewal);
    await renewal;
  }

  retry(): void {
    this.#mustRun('try again');
    this.#parts.patience.retry();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#ready.reject(new AppError('machine/not-running', { state: 'stopped', action: 'show a prompt' }));
    this.#parts.disk.close();
    this.#parts.patience.retry();
    await this.#parts.holds.hold('user');
    await this.#emulator.destroy();
    this.#clock.dispose();
    this.#agent.dispose();
    this.#agentLine.dispose();
    this.#console.dispose();
    this.#scheduler?.dispose();
  }

  async #renewAll(identity: Identity): Promise<void> {
    try {
      await this.#programs.renew(identity);
    } finally {
      await this.#clock.correct();
    }
  }

  #listen(bus: { register(name: string, listener: () => void, receiver: object): void }): void {
    const boot = new BootProgress(this.#parts.events.emit, () => this.#ready.resolve());
    this.#emulator.add_listener('serial0-output-byte', (byte) => boot.receive(byte));
    this.#emulator.add_listener('serial1-output-byte', (byte) => this.#agent.receive(byte));
    this.#emulator.add_listener('virtio-console0-output-bytes', (bytes) => this.#console.receive(bytes));
    bus.register('cpu-event-halt', () => this.#halt(boot.lastWords), this);
  }

  /** Once: a kernel that did not restart at the first attempt tries others, and stops in the end. */
  #halt(reason: HaltReason): void {
    if (this.#halted) return;
    this.#halted = true;
    void this.#parts.holds.hold('user');
    this.#parts.events.emit({ type: 'halted', reason });
  }

  #mustRun(action: string): void {
    if (this.#stopped) throw new AppError('machine/not-running', { state: 'stopped', action });
  }
}
