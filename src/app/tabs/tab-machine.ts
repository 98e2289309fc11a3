import { untilAborted } from '#domain/async/index.ts';
import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { AppsPlace } from '#domain/http/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContainerReads, MachineActivity, StartFrom } from '#ports/machine-service.ts';
import {
  isRunning,
  type BackupOptions,
  type BootOptions,
  type Checkpoint,
  type CheckpointOptions,
  type Machine,
  type MachineState,
  type RunningStateName,
  type TabLink,
} from '#ports/portolan.ts';
import type { MachineRecord } from '#ports/machine-records.ts';
import { Listeners } from '../listeners.ts';
import type { ConsoleHub } from '../machine-console.ts';
import type { MachineOrigin, PageMachine } from '../machine.ts';
import type { MachineClaims } from './machine-claims.ts';
import { OtherTab } from './other-tab.ts';
import { ReachableGuest, type Reachable } from './reachable-guest.ts';
import type { RunningMachine } from './tab-news.ts';

/** Milliseconds in which a tab that has suspended a machine lets go of it. */
const LET_GO_MS = 5000;

export interface TabMachineParts {
  readonly claims: MachineClaims;
  /** This tab, as others name it. */
  readonly tab: string;
  /** What the device has of a machine; undefined when it has nothing. */
  recordOf(id: string): Promise<MachineRecord | undefined>;
  /** Bytes that a machine takes while it runs. @throws AppError when that cannot be told now */
  memoryOf(origin: MachineOrigin): Promise<number>;
  /** Where pages of guests are; undefined where this window has no place for them. */
  appsPlace(): AppsPlace | undefined;
  /** The machine does something else than before, here; or another tab turned out to have it. */
  onChange(): void;
}

/** Another tab, and what it says of the machine that it runs. */
export interface Owner {
  readonly tab: string | undefined;
  readonly there: RunningStateName | undefined;
  readonly memory: number | undefined;
  readonly relay: RelayState['name'];
}

/** What is known of the machine beyond this tab. */
export interface Sighting {
  /** Another tab that runs it. */
  readonly owner: Owner | undefined;
  readonly record: MachineRecord | undefined;
  /** True when this window could find other tabs. */
  readonly reachable: boolean;
  /** True when the tab that ran it before has ended. */
  readonly ended: boolean;
}

/** A machine that this tab or another one runs, or nobody. Only one tab at a time does: see ./machine-claims.ts. */
export class TabMachine extends ReachableGuest implements Machine {
  readonly origin: MachineOrigin;
  readonly #local: PageMachine;
  readonly #parts: TabMachineParts;
  readonly #listeners = new Listeners<'state' | 'log'>();
  #other: OtherTab | undefined;
  #there: Owner['there'];
  #memory: Owner['memory'];
  #relay: Owner['relay'] = 'off';
  #link: TabLink = 'apart';
  /** Aborted when the user gives up what `#link` names. */
  #leaving: AbortController | undefined;
  #lastName: MachineState['name'] | undefined;
  #lastRelay: RelayState['name'] = 'off';
  /** When it came to do what it does now; milliseconds since the epoch. */
  #changedAt = Date.now();

  constructor(origin: MachineOrigin, local: PageMachine, parts: TabMachineParts) {
    super();
    this.origin = origin;
    this.#local = local;
    this.#parts = parts;
    local.on('state', () => this.#changed());
    local.on('log', () => this.#listeners.emit('log'));
  }

  get id(): string {
    return this.origin.id;
  }

  get title(): string {
    return this.origin.title;
  }

  get container(): Digest {
    return this.origin.manifest.digest;
  }

  get state(): MachineState {
    if (!this.#other) return this.#local.state;
    return { name: 'elsewhere', there: this.#there, link: this.#link };
  }

  get memory(): number | undefined {
    return this.#other || isRunning(this.#local.state.name) ? this.#memory : undefined;
  }

  get relay(): RelayState['name'] {
    return this.#other ? this.#relay : this.#local.relay;
  }

  get notice(): ErrorRecord | undefined {
    return this.#other ? undefined : this.#local.notice;
  }

  get reads(): ContainerReads | undefined {
    return this.#other ? undefined : this.#local.reads;
  }

  get log(): readonly string[] {
    return this.#local.log;
  }

  get ready(): Promise<void> {
    return this.#local.ready;
  }

  get console(): ConsoleHub {
    return this.#local.console;
  }

  /** Its servers, while it runs here. */
  get apps(): Pick<PageMachine, 'openApps' | 'letGo'> {
    return this.#local;
  }

  /** The tab that runs it, when that is another one and known. */
  get ownerTab(): string | undefined {
    return this.#other?.tab;
  }

  /** What other tabs are told of it; undefined while it does not run here. */
  get running(): RunningMachine | undefined {
    const { id, title, manifest, sources } = this.origin;
    const { name } = this.#local.state;
    if (this.#other || !isRunning(name)) return undefined;
    return { id, title, manifest, sources: [...sources], state: name, memory: this.#memory, relay: this.relay };
  }

  on(type: 'state' | 'log', listener: () => void, options?: Cancellable): void {
    this.#listeners.on(type, listener, options);
  }

  /** Boots it for the first time. */
  begin(from: StartFrom, options?: BootOptions): Promise<void> {
    return this.#local.begin(from, options);
  }

  async suspend(): Promise<void> {
    return (await this.target()).suspend();
  }

  resume(): Promise<void> {
    return this.#alone(() => this.#local.resume());
  }

  start(): Promise<void> {
    return this.#alone(() => this.#local.start());
  }

  stop(): Promise<void> {
    if (this.#other) return Promise.reject(new AppError('machine/elsewhere'));
    return this.#local.stop();
  }

  restart(options?: BootOptions): Promise<void> {
    return this.#alone(() => this.#local.restart(options));
  }

  startOver(): Promise<void> {
    return this.#alone(() => this.#local.startOver());
  }

  remove(): Promise<void> {
    return this.#alone(() => this.#local.remove());
  }

  checkpoints(): readonly Checkpoint[] {
    return this.#local.checkpoints();
  }

  checkpoint(name: string, options?: CheckpointOptions): Promise<Checkpoint> {
    if (this.#other) return Promise.reject(new AppError('machine/elsewhere'));
    return this.#local.checkpoint(name, options);
  }

  restore(checkpoint: string): Promise<void> {
    return this.#alone(() => this.#local.restore(checkpoint));
  }

  forget(checkpoint: string): Promise<void> {
    return this.#alone(() => this.#local.forget(checkpoint));
  }

  export(options?: BackupOptions): Promise<Blob> {
    return this.#alone(() => this.#local.export(options));
  }

  growDisk(bytes: number): Promise<void> {
    return this.#alone(() => this.#local.growDisk(bytes));
  }

  /** What it has done lately; undefined while it does not run here. */
  activity(): Promise<MachineActivity | undefined> {
    return this.#local.activity();
  }

  retry(): Promise<void> {
    return this.#local.retry();
  }

  async watch(): Promise<void> {
    const other = this.#mustBeElsewhere('be watched');
    await this.#linking('connecting', () => other.watch(this.console));
    if (other === this.#other) this.#become('watching');
  }

  leave(): Promise<void> {
    this.#leaving?.abort();
    this.#other?.leave();
    if (this.#other) this.#become('apart');
    return Promise.resolve();
  }

  async takeOver(): Promise<void> {
    const other = this.#mustBeElsewhere('be taken over');
    await this.#linking('taking-over', async (left) => {
      await untilAborted((await other.service()).suspend(), left);
      await this.#goOn(AbortSignal.any([left, AbortSignal.timeout(LET_GO_MS)]));
    });
  }

  async takeOverLater(): Promise<void> {
    this.#mustBeElsewhere('be taken over');
    await this.#linking('waiting', (left) => this.#goOn(left));
  }

  /** Takes in what locks, storage and other tabs say; `seen` is the state that the machine had before they were asked. */
  see({ owner, record, reachable, ended }: Sighting, seen: MachineState): void {
    if (owner) return this.#belongsTo(owner, reachable);
    if (this.#other) return this.#isFree(this.#other, record, ended);
    if (record && this.#local.state === seen && isOutdated(seen, record, this.#changedAt)) this.#local.settle(record);
  }

  #belongsTo({ tab, there, memory, relay }: Owner, reachable: boolean): void {
    const isNew = !this.#other || this.#other.tab !== tab;
    if (isNew) {
      this.#other?.end();
      this.#other = new OtherTab(this.id, tab, this.#parts.tab);
      this.#link = 'apart';
    }
    const before = this.#link;
    if (!reachable && this.#link === 'apart') this.#link = 'unreachable';
    if (reachable && this.#link === 'unreachable') this.#link = 'apart';
    const said = this.#there === there && this.#memory === memory && this.#relay === relay;
    if (isNew || !said || this.#link !== before) {
      this.#there = there;
      this.#memory = memory;
      this.#relay = relay;
      this.#changed();
    }
  }

  /** Who is about to go on with it here settles it; unless the other tab ends while it is to suspend it. */
  #isFree(other: OtherTab, record: MachineRecord | undefined, ended: boolean): void {
    if (this.#link === 'taking-over' && ended) other.end();
    if (this.#link === 'taking-over' || this.#link === 'waiting') return;
    this.#forgetOther();
    this.#local.settle(record, record || !ended ? undefined : new AppError('machine/lost'));
  }

  #forgetOther(): void {
    this.#other?.end();
    this.#other = undefined;
    this.#there = undefined;
    this.#link = 'apart';
  }

  /** Takes the machine as soon as it is free, and goes on from what its last tab has left. */
  async #goOn(signal: AbortSignal): Promise<void> {
    await this.#parts.claims.take(this.id, signal);
    try {
      const record = await this.#parts.recordOf(this.id);
      this.#forgetOther();
      this.#local.settle(record, record ? undefined : new AppError('machine/lost'));
      if (record) await this.#local.start();
    } finally {
      this.#parts.claims.drop(this.id);
    }
  }

  /** Does `work` while no other tab can run the machine. @throws AppError `machine/elsewhere` */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#other) throw new AppError('machine/elsewhere');
    try {
      await this.#parts.claims.take(this.id);
    } catch (error) {
      this.#parts.onChange();
      throw error;
    }
    try {
      return await work();
    } finally {
      this.#parts.claims.drop(this.id);
    }
  }

  protected get appsPlace(): AppsPlace | undefined {
    return this.#parts.appsPlace();
  }

  protected async target(): Promise<Reachable> {
    return this.#other ? this.#other.service() : this.#local;
  }

  /**
   * Does `work`, which `link` names meanwhile; afterwards the two tabs are apart, for the reason that it failed for. What
   * fails because the user has left, or because the other tab no longer runs the machine, is no failure to them.
   */
  async #linking(link: TabLink, work: (left: AbortSignal) => Promise<void>): Promise<void> {
    const other = this.#other;
    const leaving = new AbortController();
    this.#leaving = leaving;
    this.#become(link);
    let after: TabLink = 'apart';
    try {
      await work(leaving.signal);
    } catch (error) {
      after = linkAfter(AppError.from(error));
      const isMoot = leaving.signal.aborted || (link === 'connecting' && other !== this.#other);
      if (!isMoot) throw error;
    } finally {
      if (this.#other && this.#other === other && this.#leaving === leaving) this.#become(after);
      this.#parts.onChange();
    }
  }

  #become(link: TabLink): void {
    this.#link = link;
    this.#changed();
  }

  #changed(): void {
    this.#listeners.emit('state');
    const { relay } = this;
    const { name } = this.state;
    const sameRelay = relay === this.#lastRelay;
    this.#lastRelay = relay;
    if (name === this.#lastName) return sameRelay ? undefined : this.#parts.onChange();
    this.#lastName = name;
    this.#changedAt = Date.now();
    this.#parts.onChange();
    if (this.#memory === undefined && isRunning(name)) void this.#weigh();
  }

  /** The start fetches what says how much it takes: what cannot be told before it can be told with the next change. */
  async #weigh(): Promise<void> {
    const memory = await this.#parts.memoryOf(this.origin).catch(() => undefined);
    if (memory === undefined || memory === this.#memory) return;
    this.#memory = memory;
    this.#changed();
    this.#parts.onChange();
  }

  #mustBeElsewhere(action: string): OtherTab {
    if (this.#other) return this.#other;
    throw new AppError('machine/not-running', { state: 'not running in another tab', action });
  }
}

/** True when another tab has run the machine, and left it in another state, since this one knew it at rest. */
function isOutdated(seen: MachineState, { suspended }: MachineRecord, changedAt: number): boolean {
  if (seen.name === 'suspended') return seen.savedAt !== suspended?.savedAt;
  return seen.name === 'stopped' && suspended !== undefined && suspended.savedAt > changedAt;
}

function linkAfter({ code }: AppError): TabLink {
  if (code === 'tab/silent') return 'silent';
  return code === 'tab/unreachable' ? 'unreachable' : 'apart';
}
