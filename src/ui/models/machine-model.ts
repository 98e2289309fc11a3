import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Digest } from '#domain/container/index.ts';
import type { AppTarget } from '#domain/share/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { ContainerReads } from '#ports/machine-service.ts';
import {
  isRunning,
  type BackupOptions,
  type Machine,
  type MachineConsole,
  type MachineState,
} from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { announce } from './announcement.ts';
import { AppsModel, type AppsWindow } from './apps-model.ts';
import { sameError } from './attempt.ts';
import { CheckpointsModel } from './checkpoints-model.ts';
import { DiskModel } from './disk-model.ts';
import { needsConfirmation, type MachineAction } from './machine-actions.ts';
import type { MemoryModel } from './memory-model.ts';
import { NetworkModel } from './network-model.ts';
import { ServicesModel } from './services-model.ts';

/** What makes a machine that does not run take memory. */
const STARTS: readonly MachineAction[] = ['resume', 'start', 'restart', 'startOver'];

/** One machine as signals, and what a user can do with it. */
export class MachineModel {
  readonly #machine: Machine;
  readonly #shell: Shell;
  readonly #starts: Pick<MemoryModel, 'start'>;
  readonly #abort = new AbortController();
  readonly #state: Signal<MachineState>;
  readonly #memory = signal<number | undefined>(undefined);
  readonly #relay = signal<RelayState['name']>('off');
  readonly #reads = signal<ContainerReads | undefined>(undefined);
  readonly #notice = signal<ErrorRecord | undefined>(undefined);
  readonly #dismissed = signal<ErrorRecord | undefined>(undefined);
  readonly #problem = signal<ErrorRecord | undefined>(undefined);
  readonly #pending = new Set<MachineAction>();
  readonly #asking = signal<MachineAction | undefined>(undefined);
  readonly #log = signal<readonly string[]>([]);
  readonly #logOpen = signal(false);
  #target: AppTarget | undefined;

  readonly checkpoints: CheckpointsModel;
  readonly apps: AppsModel;
  readonly network: NetworkModel;
  readonly disk: DiskModel;
  readonly services: ServicesModel;
  /** What a screen reader should hear. */
  readonly announcement: ReadonlySignal<string>;
  /** Why the machine did not start as asked, until the user has put it away. */
  readonly notice: ReadonlySignal<ErrorRecord | undefined>;

  /** @param starts asks first where there may be no memory for it */
  constructor(machine: Machine, shell: Shell, starts: Pick<MemoryModel, 'start'>, window: AppsWindow) {
    this.#machine = machine;
    this.#shell = shell;
    this.#starts = starts;
    this.#state = signal(machine.state);
    this.apps = new AppsModel(machine, window);
    this.network = new NetworkModel(machine);
    this.disk = new DiskModel(machine, shell);
    this.services = new ServicesModel(machine, shell);
    this.checkpoints = new CheckpointsModel(machine, shell);
    this.announcement = computed(() => announce(machine.title, this.#state.value));
    this.notice = computed(() =>
      sameError(this.#notice.value, this.#dismissed.value) ? undefined : this.#notice.value,
    );
    this.#watch();
  }

  get id(): string {
    return this.#machine.id;
  }

  get title(): string {
    return this.#machine.title;
  }

  /** Digest of its container's manifest. */
  get container(): Digest {
    return this.#machine.container;
  }

  get console(): MachineConsole {
    return this.#machine.console;
  }

  get state(): ReadonlySignal<MachineState> {
    return this.#state;
  }

  /** Bytes of memory that it takes; undefined while it does not run, or that is not known. */
  get memory(): ReadonlySignal<number | undefined> {
    return this.#memory;
  }

  /** What its way to the world is: `off` while it has no network. */
  get relay(): ReadonlySignal<RelayState['name']> {
    return this.#relay;
  }

  /** What its start has read of its container; undefined before its first prompt in this tab. */
  get reads(): ReadonlySignal<ContainerReads | undefined> {
    return this.#reads;
  }

  /** Why the user's last action failed. */
  get problem(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#problem;
  }

  /** The action that waits for the user's word. */
  get asking(): ReadonlySignal<MachineAction | undefined> {
    return this.#asking;
  }

  /** The kernel's log; followed only while it is open. */
  get log(): ReadonlySignal<readonly string[]> {
    return this.#log;
  }

  get logOpen(): ReadonlySignal<boolean> {
    return this.#logOpen;
  }

  /** True while it holds memory and can lose changes. */
  get active(): boolean {
    return isRunning(this.#state.value.name);
  }

  /** True when this model is of that very object. */
  wraps(machine: Machine): boolean {
    return this.#machine === machine;
  }

  /** Does `action`, or asks first where something would be lost. */
  async request(action: MachineAction): Promise<void> {
    if (needsConfirmation(action, this.#state.peek())) this.#asking.value = action;
    else await this.perform(action);
  }

  /** The user said yes. */
  async confirm(): Promise<void> {
    const action = this.#asking.peek();
    this.#asking.value = undefined;
    if (action !== undefined) await this.perform(action);
  }

  /** The user said no. */
  cancel(): void {
    this.#asking.value = undefined;
  }

  /**
   * Does `action` without asking, unless it starts a machine that there may be no memory for; the same again meanwhile does
   * nothing. True when it was done.
   */
  async perform(action: MachineAction): Promise<boolean> {
    const starts = STARTS.includes(action) && !this.active;
    if (!starts) return this.#do(action);
    return (await this.#starts.start(this, () => this.#do(action))) ?? false;
  }

  /** Leads to a page of an app, as a link does, as soon as the machine runs. */
  lead(target: AppTarget): void {
    this.#target = target;
    this.#leadOn();
  }

  /** All that it keeps as a file. @throws AppError as `Machine.export` */
  export(options: BackupOptions): Promise<Blob> {
    return this.#machine.export(options);
  }

  dismissNotice(): void {
    this.#dismissed.value = this.#notice.peek();
  }

  dismissProblem(): void {
    this.#problem.value = undefined;
  }

  toggleLog(): void {
    this.#logOpen.value = !this.#logOpen.peek();
    this.#readLog();
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #do(action: MachineAction): Promise<boolean> {
    if (this.#pending.has(action)) return false;
    this.#pending.add(action);
    this.#problem.value = undefined;
    try {
      await this.#machine[action]();
      return true;
    } catch (error) {
      this.#tell(error);
      return false;
    } finally {
      this.#pending.delete(action);
    }
  }

  /**
   * A start that failed, or that the user stopped, is the machine's state already, and so is a tab that does not answer; a
   * note beside it would only repeat it.
   */
  #tell(error: unknown): void {
    const state = this.#state.peek();
    if (state.name === 'failed' || state.name === 'stopped') return;
    if (state.name === 'elsewhere' && (state.link === 'silent' || state.link === 'unreachable')) return;
    this.#shell.report(error);
    this.#problem.value = AppError.from(error).toRecord();
  }

  #watch(): void {
    const options = { signal: this.#abort.signal };
    this.#machine.on('state', () => this.#readState(), options);
    this.#machine.on('log', () => this.#readLog(), options);
    this.#readState();
    this.#reportFailure();
  }

  #readState(): void {
    const before = this.#state.peek();
    this.#state.value = this.#machine.state;
    if (before.name !== this.#machine.state.name) this.#reportFailure();
    this.#notice.value = this.#machine.notice;
    this.#memory.value = this.#machine.memory;
    this.#relay.value = this.#machine.relay;
    this.#reads.value = this.#machine.reads;
    this.checkpoints.refresh();
    this.#leadOn();
  }

  #leadOn(): void {
    const target = this.#target;
    const { name } = this.#state.peek();
    if (!target || (name !== 'running' && name !== 'elsewhere')) return;
    this.#target = undefined;
    this.apps.lead(target);
  }

  /** Nobody need wait for a start, so its failure comes as a state; here it reaches the error log. */
  #reportFailure(): void {
    const state = this.#state.peek();
    if (state.name === 'failed') this.#shell.report(AppError.fromRecord(state.error));
  }

  #readLog(): void {
    if (this.#logOpen.peek()) this.#log.value = [...this.#machine.log];
  }
}
