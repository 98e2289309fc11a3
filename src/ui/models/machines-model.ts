import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { AppsWindow } from './apps-model.ts';
import { MachineModel } from './machine-model.ts';
import type { MemoryModel } from './memory-model.ts';

/** All machines of this device that the page knows, newest first. */
export class MachinesModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #memory: Pick<MemoryModel, 'start'>;
  readonly #window: AppsWindow;
  readonly #abort = new AbortController();
  readonly #list = signal<readonly MachineModel[]>([]);

  /** Those that hold memory and can lose changes. */
  readonly active: ReadonlySignal<readonly MachineModel[]>;

  constructor(portolan: Portolan, shell: Shell, memory: Pick<MemoryModel, 'start'>, window: AppsWindow) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#memory = memory;
    this.#window = window;
    this.active = computed(() => this.#list.value.filter((machine) => machine.active));
    portolan.on('machines', () => this.refresh(), { signal: this.#abort.signal });
    this.refresh();
  }

  get list(): ReadonlySignal<readonly MachineModel[]> {
    return this.#list;
  }

  /** Brings the list up to date; models of machines that are still there stay the same objects. */
  refresh(): void {
    const before = this.#list.peek();
    const machines = this.#portolan.machines();
    const models = machines.map((machine) => before.find((model) => model.wraps(machine)) ?? this.#adopt(machine));
    for (const model of before) if (!models.includes(model)) model.dispose();
    if (models.length !== before.length || models.some((model, i) => model !== before[i])) this.#list.value = models;
  }

  find(id: string): MachineModel | undefined {
    return this.#list.value.find((model) => model.id === id);
  }

  /** Suspends all that run; one that still starts is suspended at its prompt. True when none is left running. */
  async suspendAll(): Promise<boolean> {
    const done = await Promise.all(this.active.peek().map((model) => model.perform('suspend')));
    return done.every(Boolean);
  }

  dispose(): void {
    this.#abort.abort();
    for (const model of this.#list.peek()) model.dispose();
    this.#list.value = [];
  }

  #adopt(machine: Machine): MachineModel {
    return new MachineModel(machine, this.#shell, this.#memory, this.#window);
  }
}
