import type { MachineRecord, MachineRecords } from '#ports/machine-records.ts';
import { shareApps } from '../apps/index.ts';
import { PageMachine, type MachineContext, type MachineOrigin } from '../machine.ts';
import { startMachineWorker } from '../workers.ts';
import { claimedWorkers } from './claimed-worker.ts';
import { surveyMachines } from './locks.ts';
import { MachineClaims } from './machine-claims.ts';
import { canReach, shareMachines } from './relay.ts';
import { TabMachine } from './tab-machine.ts';
import { Tabs } from './tabs.ts';

/** Milliseconds after which a tab that is not known by its lock is looked for again. */
const UNKNOWN_TAB_MS = 1000;

export interface MachineListParts {
  /** Undefined where the browser keeps nothing. */
  readonly records: Promise<MachineRecords | undefined>;
  /** Bytes that a machine takes while it runs. @throws AppError when that cannot be told now */
  readonly memoryOf: (origin: MachineOrigin) => Promise<number>;
  readonly context: Pick<MachineContext, 'access' | 'onStored' | 'discard' | 'export'>;
  /** The list, or what is stored of it, has changed. */
  readonly onChange: () => void;
}

/** The machines of this tab, of others, and on the device: in step with what other tabs do. */
export class MachineList {
  readonly #parts: MachineListParts;
  readonly #context: MachineContext;
  readonly #claims = new MachineClaims(() => this.#changed());
  readonly #tabs = new Tabs(() => this.#lookSoon());
  /** Learned of from another tab, and never run here. */
  readonly #foreign = new WeakSet<TabMachine>();
  /** Those that the device has known: what it knows no longer was removed. One that it never knew only runs in memory. */
  readonly #recorded = new WeakSet<TabMachine>();
  #list: readonly TabMachine[] = [];
  #looking: Promise<void> | undefined;
  #wanted = false;

  constructor(parts: MachineListParts) {
    this.#parts = parts;
    this.#context = {
      ...parts.context,
      startWorker: claimedWorkers(this.#claims, startMachineWorker),
      forget: async (id) => (await parts.records)?.remove(id),
      onRemoved: (id) => this.#drop(this.#list.filter((machine) => machine.id === id)),
    };
    const own = (id: string) => this.#list.find((machine) => machine.id === id && this.#claims.has(id));
    shareMachines(own);
    shareApps((id) => own(id)?.apps);
  }

  get all(): readonly TabMachine[] {
    return this.#list;
  }

  /** A new machine, the first of the list. */
  add(origin: MachineOrigin): TabMachine {
    const machine = this.#make(origin, undefined);
    this.#set([machine, ...this.#list]);
    return machine;
  }

  /** Finds a machine that has come to this device; the other tabs look for it, too. */
  async arrived(id: string): Promise<TabMachine | undefined> {
    await this.refresh();
    this.#changed();
    return this.#list.find((machine) => machine.id === id);
  }

  /** Looks at locks, storage and what other tabs said. Resolves when the list is no older than this call. */
  refresh(): Promise<void> {
    this.#wanted = true;
    this.#looking ??= this.#lookWhileWanted();
    return this.#looking;
  }

  async #lookWhileWanted(): Promise<void> {
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#look();
      }
    } finally {
      this.#looking = undefined;
    }
  }

  async #look(): Promise<void> {
    await this.#tabs.ready;
    const seen = new Map(this.#list.map((machine) => [machine, machine.state]));
    const reachable = await canReach();
    const owners = await this.#ownersElsewhere();
    // Later than the locks: whoever lets go of a machine has saved it before.
    const records = await this.#records();
    this.#adopt(owners, records);
    const tabs = new Map(this.#tabs.machines().map((machine) => [machine.id, machine]));
    for (const machine of this.#list) {
      const { id, ownerTab } = machine;
      const { state: there, memory, relay = 'off' } = tabs.get(id) ?? {};
      const owner = owners.has(id) ? { tab: owners.get(id), there, memory, relay } : undefined;
      const ended = ownerTab === undefined || !this.#tabs.knows(ownerTab);
      machine.see({ owner, record: records.get(id), reachable, ended }, seen.get(machine) ?? machine.state);
    }
    this.#drop(this.#list.filter((machine) => this.#isGone(machine, records, seen.get(machine))));
    if ([...owners.values()].includes(undefined)) setTimeout(() => this.#lookSoon(), UNKNOWN_TAB_MS);
    this.#parts.onChange();
  }

  async #ownersElsewhere(): Promise<ReadonlyMap<string, string | undefined>> {
    const owners = [...(await surveyMachines())];
    return new Map(owners.filter(([id, tab]) => tab !== this.#tabs.id && !this.#claims.has(id)));
  }

  async #records(): Promise<ReadonlyMap<string, MachineRecord>> {
    const records = (await (await this.#parts.records)?.list()) ?? [];
    return new Map(records.map((record) => [record.id, record]));
  }

  /** Makes machines of what is not in the list yet: first what runs in other tabs. */
  #adopt(owners: ReadonlyMap<string, unknown>, records: ReadonlyMap<string, MachineRecord>): void {
    const known = new Set(this.#list.map(({ id }) => id));
    const isNew = ({ id }: { readonly id: string }): boolean => !known.has(id);
    const running = this.#tabs.machines().filter((machine) => isNew(machine) && owners.has(machine.id));
    for (const { id } of running) known.add(id);
    const found = [
      ...running.map((machine) => this.#make(machine, records.get(machine.id))),
      ...[...records.values()].filter(isNew).map((record) => this.#make(record, record)),
    ];
    for (const machine of found) this.#foreign.add(machine);
    if (found.length > 0) this.#list = [...this.#list, ...found];
  }

  /** Removed in another tab; or of another tab, which has ended it without keeping anything. */
  #isGone(machine: TabMachine, records: ReadonlyMap<string, MachineRecord>, seen = machine.state): boolean {
    if (records.has(machine.id)) this.#recorded.add(machine);
    const { state } = machine;
    if (records.has(machine.id) || this.#claims.has(machine.id) || state !== seen) return false;
    if (state.name === 'stopped' && this.#foreign.has(machine)) return true;
    return ['suspended', 'stopped', 'failed'].includes(state.name) && this.#recorded.has(machine);
  }

  #make({ id, title, manifest, sources }: MachineOrigin, record: MachineRecord | undefined): TabMachine {
    const origin: MachineOrigin = { id, title, manifest, sources };
    const machine = new TabMachine(origin, new PageMachine(origin, this.#context, record), {
      claims: this.#claims,
      tab: this.#tabs.id,
      recordOf: async (machineId) => (await this.#records()).get(machineId),
      memoryOf: this.#parts.memoryOf,
      onChange: () => this.#changed(machine),
    });
    return machine;
  }

  /** Something about the machines of this tab has changed: the others look too. */
  #changed(machine?: TabMachine): void {
    if (machine?.running) this.#foreign.delete(machine);
    void this.#tabs.announce(this.#list.flatMap(({ running }) => running ?? []));
    this.#lookSoon();
  }

  /** What cannot be read now is read with the next news. */
  #lookSoon(): void {
    this.refresh().catch(() => undefined);
  }

  #drop(machines: readonly TabMachine[]): void {
    if (machines.length === 0) return;
    this.#set(this.#list.filter((machine) => !machines.includes(machine)));
    this.#changed();
  }

  #set(list: readonly TabMachine[]): void {
    this.#list = list;
    this.#parts.onChange();
  }
}
