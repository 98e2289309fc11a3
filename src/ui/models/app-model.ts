import { computed, effect, type ReadonlySignal } from '@preact/signals';
import type { Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { BootModel } from './boot-model.ts';
import { CatalogModel } from './catalog-model.ts';
import { DebugModel } from './debug-model.ts';
import type { Environment } from './environment.ts';
import type { MachineModel } from './machine-model.ts';
import { MachinesModel } from './machines-model.ts';
import { PreferencesModel } from './preferences-model.ts';
import { SHELF } from './route.ts';
import { ShellModel } from './shell-model.ts';
import { UpdateModel } from './update-model.ts';

/** What the page shows. `missing`: the address names a machine that is not here. */
export type View =
  | { readonly name: 'shelf' }
  | { readonly name: 'machine'; readonly machine: MachineModel }
  | { readonly name: 'missing'; readonly id: string };

/** The whole page as models: what `src/ui/components` renders. */
export class AppModel {
  readonly shell: ShellModel;
  readonly catalog: CatalogModel;
  readonly machines: MachinesModel;
  readonly boots: BootModel;
  readonly update: UpdateModel;
  readonly debug: DebugModel;
  readonly preferences: PreferencesModel;
  /** The build that runs. */
  readonly build: string;
  readonly view: ReadonlySignal<View>;
  /** The document's title. */
  readonly title: ReadonlySignal<string>;
  readonly #environment: Environment;
  readonly #stops: readonly (() => void)[];

  constructor(portolan: Portolan, shell: Shell, environment: Environment) {
    this.#environment = environment;
    this.build = portolan.build.build;
    this.shell = new ShellModel(shell);
    this.catalog = new CatalogModel(portolan, shell, environment.settings);
    this.machines = new MachinesModel(portolan, shell);
    this.boots = new BootModel(portolan, shell, (machine) => this.#opened(machine));
    this.update = new UpdateModel(shell, this.shell, this.machines);
    this.debug = new DebugModel(shell, environment);
    this.preferences = new PreferencesModel(environment.settings);
    this.view = computed(() => this.#viewOf());
    this.title = computed(() => titleOf(this.view.value));
    this.#stops = [this.#leaveRemovedMachines(), this.#followKeeping()];
  }

  /** True once the user has gone from one view to another. */
  get moved(): boolean {
    return this.#environment.moved;
  }

  /** Goes on with a suspended machine, in its view. */
  async resume(machine: MachineModel): Promise<void> {
    this.#environment.go({ name: 'machine', id: machine.id });
    await machine.perform('resume');
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.debug.dispose();
    this.machines.dispose();
    this.catalog.dispose();
    this.shell.dispose();
  }

  #viewOf(): View {
    const route = this.#environment.route.value;
    if (route.name === 'shelf') return SHELF_VIEW;
    const machine = this.machines.find(route.id);
    return machine === undefined ? { name: 'missing', id: route.id } : { name: 'machine', machine };
  }

  /** The list may still be on its way to the models; the view needs it now. */
  #opened(machine: Machine): void {
    this.machines.refresh();
    this.#environment.go({ name: 'machine', id: machine.id });
  }

  /** The shelf shows how far a container is that a machine keeps. */
  #followKeeping(): () => void {
    return effect(() => {
      for (const { container, keeping } of this.machines.list.value) {
        const progress = keeping.value;
        if (progress !== undefined) this.catalog.arrived(container, progress.bytes / Math.max(progress.total, 1));
      }
    });
  }

  /** A machine that is removed while it is looked at leaves its user on the shelf, not before an error. */
  #leaveRemovedMachines(): () => void {
    let shown: string | undefined;
    return effect(() => {
      const view = this.view.value;
      if (view.name === 'missing' && view.id === shown) this.#environment.go(SHELF);
      shown = view.name === 'machine' ? view.machine.id : undefined;
    });
  }
}

const SHELF_VIEW: View = { name: 'shelf' };

function titleOf(view: View): string {
  switch (view.name) {
    case 'shelf':
      return 'Portolan';
    case 'machine':
      return `${view.machine.title} · Portolan`;
    case 'missing':
      return 'No such machine · Portolan';
  }
}
