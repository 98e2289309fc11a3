import { computed, effect, type ReadonlySignal } from '@preact/signals';
import type { Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { BootModel } from './boot-model.ts';
import { CatalogModel } from './catalog-model.ts';
import { DebugModel } from './debug-model.ts';
import { DownloadsModel } from './downloads-model.ts';
import type { Environment } from './environment.ts';
import { ExportModel } from './export-model.ts';
import { FilterModel } from './filter-model.ts';
import { ImportModel } from './import-model.ts';
import { LinkModel, type LinkState } from './link-model.ts';
import type { MachineModel } from './machine-model.ts';
import { MachinesModel } from './machines-model.ts';
import { MemoryModel } from './memory-model.ts';
import { PackagesModel } from './packages-model.ts';
import { PreferencesModel } from './preferences-model.ts';
import { RemovalModel } from './removal-model.ts';
import { SHELF } from './route.ts';
import { ShareModel } from './share-model.ts';
import { ShellModel } from './shell-model.ts';
import { SourcesModel } from './sources-model.ts';
import { StorageModel } from './storage-model.ts';
import { UpdateModel } from './update-model.ts';

/** What the page shows. `missing`: the address names a machine that is not here. */
export type View =
  | { readonly name: 'shelf' | 'sources' | 'storage' | 'link' }
  | { readonly name: 'machine'; readonly machine: MachineModel }
  | { readonly name: 'missing'; readonly id: string };

/** The whole page as models: what `src/ui/components` renders. */
export class AppModel {
  readonly shell: ShellModel;
  readonly catalog: CatalogModel;
  readonly memory: MemoryModel;
  readonly machines: MachinesModel;
  readonly sources: SourcesModel;
  readonly filter: FilterModel;
  readonly downloads: DownloadsModel;
  readonly storage: StorageModel;
  readonly boots: BootModel;
  readonly link: LinkModel;
  readonly share: ShareModel;
  readonly exports: ExportModel;
  readonly imports: ImportModel;
  readonly packages: PackagesModel;
  readonly removal: RemovalModel;
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
    this.sources = new SourcesModel(portolan, shell);
    this.filter = new FilterModel(this.catalog, this.sources, environment.settings);
    this.downloads = new DownloadsModel(portolan, shell, this.catalog);
    this.storage = new StorageModel(portolan, shell);
    this.link = new LinkModel(portolan, shell, environment);
    this.share = new ShareModel(shell, environment);
    this.memory = new MemoryModel(portolan);
    this.machines = new MachinesModel(portolan, shell, this.memory);
    this.boots = new BootModel(portolan, shell, this.memory, (machine) => this.#opened(machine));
    this.exports = new ExportModel(shell, environment);
    this.imports = new ImportModel(portolan, shell, (machine) => this.#opened(machine));
    this.packages = new PackagesModel(portolan, shell, environment);
    this.removal = new RemovalModel(portolan, shell);
    this.update = new UpdateModel(shell, this.shell, this.machines);
    this.debug = new DebugModel(shell, environment);
    this.preferences = new PreferencesModel(environment.settings, portolan);
    this.view = computed(() => this.#viewOf());
    this.title = computed(() => this.#titleOf(this.view.value));
    this.#stops = [this.#leaveRemovedMachines()];
  }

  /** True once the user has gone from one view to another. */
  get moved(): boolean {
    return this.#environment.moved;
  }

  /** The time, while someone looks at it. */
  get now(): ReadonlySignal<number> {
    return this.#environment.now;
  }

  /** Goes on with a machine that does not run, in its view. */
  async goOn(machine: MachineModel): Promise<void> {
    this.#environment.go({ name: 'machine', id: machine.id });
    await machine.perform(machine.state.peek().name === 'suspended' ? 'resume' : 'start');
  }

  /** Shows the terminal of a machine of another tab, or goes on with it here, in its view. */
  async openElsewhere(machine: MachineModel, action: 'watch' | 'takeOver'): Promise<void> {
    this.#environment.go({ name: 'machine', id: machine.id });
    await machine.perform(action);
  }

  /** Reads the catalogs again after none could be. */
  async retryCatalog(): Promise<void> {
    await Promise.all([this.sources.refresh(), this.catalog.retry()]);
  }

  /** Hands on a link to the container of a machine. */
  shareMachine({ container, title }: MachineModel): void {
    const mirrors = this.catalog.find(container)?.mirrors ?? [];
    this.share.open({ digest: container, title, mirrors, machine: true });
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    const parts = [this.debug, this.machines, this.link, this.storage, this.downloads, this.filter, this.sources];
    for (const part of [...parts, this.catalog, this.shell]) part.dispose();
  }

  #viewOf(): View {
    const route = this.#environment.route.value;
    if (route.name !== 'machine') return { name: route.name };
    const machine = this.machines.find(route.id);
    return machine === undefined ? { name: 'missing', id: route.id } : { name: 'machine', machine };
  }

  #titleOf(view: View): string {
    switch (view.name) {
      case 'shelf':
        return 'Portolan';
      case 'sources':
        return 'Sources · Portolan';
      case 'storage':
        return 'Storage · Portolan';
      case 'machine':
        return `${view.machine.title} · Portolan`;
      case 'missing':
        return 'No such machine · Portolan';
      case 'link':
        return `${titleOfLink(this.link.state.value)} · Portolan`;
    }
  }

  /** The list may still be on its way to the models; the view needs it now. */
  #opened(machine: Machine): void {
    this.machines.refresh();
    this.#environment.go({ name: 'machine', id: machine.id });
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

function titleOfLink(state: LinkState): string {
  switch (state.name) {
    case 'found':
      return state.listing.entry.title;
    case 'missing':
      return 'Container not found';
    case 'empty':
      return 'Open a link';
    case 'invalid':
    case 'looking':
    case 'failed':
      return 'Link to a container';
  }
}
