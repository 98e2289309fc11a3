import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import { hasRoom, notWanted, parseWanted, type Proposal } from '#domain/packages/install/index.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { RuntimeFiles } from '#ports/package-service.ts';
import type { Machine, Portolan } from '#ports/portolan.ts';
import type { InstallProgress } from '#ports/package-installation.ts';
import type { Shell } from '#ports/shell.ts';
import type { Environment } from './environment.ts';
import { MachineTask } from './machine-task.ts';
import { ServiceChoices } from './service-choices.ts';

/** What the user has chosen: files, or all that is in a runtime. */
interface Chosen {
  readonly files: readonly Blob[];
  readonly runtime?: RuntimeFiles;
}

/** What is to be installed, before the user has said yes to it. */
export interface Proposed {
  readonly name: 'proposed';
  readonly chosen: Chosen;
  readonly proposal: Proposal;
  readonly services: ServiceChoices;
  /** Whether the machine is asked if the services can be as they are chosen: the user has said yes. */
  readonly isChecked: boolean;
  /** Of the machine, where there is no room on it. */
  readonly disk: DiskReport | undefined;
  /** Why that could not be made larger. */
  readonly error: ErrorRecord | undefined;
}

/** How far an installation has come. */
export type PackagesState =
  | { readonly name: 'choosing'; readonly error: ErrorRecord | undefined }
  /** `share` of a runtime that is read, 0 to 1; undefined while nothing is known but that it goes on. */
  | { readonly name: 'reading'; readonly share: number | undefined }
  | Proposed
  /** The machine restarts on a larger disk. */
  | { readonly name: 'growing' }
  | { readonly name: 'impossible'; readonly explanation: Explanation }
  | { readonly name: 'installing'; readonly progress: InstallProgress }
  | { readonly name: 'done'; readonly names: readonly string[]; readonly output: string }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

const CHOOSING: PackagesState = { name: 'choosing', error: undefined };

/** Whether the machine has all of it already: a runtime may bring services and files beside packages that are there. */
export function isThere(state: Proposed): boolean {
  return !hasMore(state) && !state.services.hasNew;
}

/** Whether nothing would be done: it is there, or the user wants none of it. */
export function isNothing(state: Proposed): boolean {
  return !hasMore(state) && state.services.wanted.length === 0;
}

/** Whether something else than services is new. */
function hasMore({ proposal, chosen }: Pick<Proposed, 'proposal' | 'chosen'>): boolean {
  return proposal.plan.packages.length > 0 || chosen.runtime?.template !== undefined;
}

/** Installs packages into a machine. One at a time. */
export class PackagesModel {
  readonly #portolan: Portolan;
  readonly #save: Environment['save'];
  readonly #task: MachineTask<PackagesState>;

  constructor(portolan: Portolan, shell: Pick<Shell, 'report'>, { save }: Pick<Environment, 'save'>) {
    this.#portolan = portolan;
    this.#save = save;
    this.#task = new MachineTask<PackagesState>(portolan, shell);
  }

  /** Undefined while nothing is installed. */
  get current(): MachineTask<PackagesState>['current'] {
    return this.#task.current;
  }

  /** Asks for packages. */
  open(machine: Pick<Machine, 'id' | 'title'>): void {
    this.#task.begin(machine, CHOOSING);
  }

  /** Reads files that the user has chosen, and shows what would become of them. */
  async choose(files: readonly Blob[]): Promise<void> {
    if (files.length > 0) await this.#propose(() => Promise.resolve({ files }));
  }

  /** Reads files that are still to be looked for, as those of a folder. */
  async chooseFrom(find: () => Promise<readonly Blob[]>): Promise<void> {
    await this.#propose(async () => {
      const files = await find();
      if (files.length === 0) throw new AppError('packages/no-files', {});
      return { files };
    });
  }

  /** Reads a runtime, from a server if need be, and shows what would become of it. */
  async chooseRuntime(manifest: Digest): Promise<void> {
    await this.#propose(async (called) => {
      const onProgress = (share: number): void => {
        if (!called.aborted) this.#task.show({ name: 'reading', share });
      };
      const runtime = await this.#portolan.readRuntime(manifest, { signal: called, onProgress });
      return { files: runtime.debs, runtime };
    });
  }

  /**
   * Saves what the machine has and what is wanted, to be answered where there is a network.
   * @param text names of packages as the user writes them
   */
  async request(text: string): Promise<void> {
    const { signal } = this.#task;
    await this.#task.attempt(async (machine) => {
      const wrong = notWanted(text);
      const wanted = parseWanted(text);
      if (wrong.length > 0 || wanted.length === 0) throw new AppError('packages/no-name', { names: wrong.join(', ') });
      const file = await this.#portolan.requestPackages(machine, wanted, { signal });
      this.#save(`${machine.id}.portolan-request`, file);
      return CHOOSING;
    }, choosingAfter);
  }

  async #propose(read: (called: AbortSignal) => Promise<Chosen>): Promise<void> {
    const { signal } = this.#task;
    this.#task.show({ name: 'reading', share: undefined });
    await this.#task.attempt(async (machine) => {
      const chosen = await read(signal);
      signal.throwIfAborted();
      this.#task.show({ name: 'reading', share: undefined });
      return this.#proposed(machine, chosen);
    }, choosingAfter);
  }

  async #proposed(machine: Machine, chosen: Chosen): Promise<PackagesState> {
    const { signal } = this.#task;
    const { wanted, services: brought = [] } = chosen.runtime?.config ?? {};
    const answer = await this.#portolan.proposePackages(machine, chosen.files, { signal, wanted });
    if (answer.kind === 'impossible') return { name: 'impossible', explanation: answer };
    const isOnly = !hasMore({ proposal: answer, chosen });
    const services = await ServiceChoices.of(machine, brought, signal, { isOnly });
    const disk = hasRoom(answer) ? undefined : await machine.disk();
    return { name: 'proposed', chosen, proposal: answer, services, isChecked: false, disk, error: undefined };
  }

  /** Makes the disk larger on which there is no room for what is proposed, and proposes it again. */
  async grow(bytes: number): Promise<void> {
    const { state } = this.#task.current.peek() ?? {};
    if (state?.name !== 'proposed') return;
    this.#task.show({ name: 'growing' });
    await this.#task.attempt(
      async (machine) => {
        await machine.growDisk(bytes);
        return this.#proposed(machine, state.chosen);
      },
      (error) => ({ ...state, error }),
    );
  }

  /** The user said yes to what is proposed. */
  async install(): Promise<void> {
    const { state } = this.#task.current.peek() ?? {};
    if (state?.name !== 'proposed' || state.isChecked || isNothing(state)) return;
    if (state.services.wanted.length > 0 && !(await this.#canBe(state))) return;
    const { chosen, proposal, services } = state;
    const { signal } = this.#task;
    const onProgress = (progress: InstallProgress): void => this.#task.show({ name: 'installing', progress });
    onProgress({ stage: 'saving', names: [], share: 0 });
    await this.#task.attempt(
      async (machine) => {
        const options = { signal, onProgress, runtime: chosen.runtime, services: services.wanted };
        const { output } = await this.#portolan.installPackages(machine, chosen.files, proposal, options);
        return { name: 'done', names: namesOf(state), output };
      },
      (error) => ({ name: 'failed', error }),
    );
  }

  /** The user has seen enough, or calls it off: what was begun is undone first. */
  close(): void {
    this.#task.cancel(this.#task.current.peek()?.state.name === 'installing');
  }

  /** Whether services get what the user has chosen for them, and still wants; why not is shown. */
  async #canBe(state: Proposed): Promise<boolean> {
    const { signal } = this.#task;
    const { services } = state;
    const chosen = services.list.peek();
    let isFree = false;
    this.#task.show({ ...state, isChecked: true });
    await this.#task.attempt(
      async (machine) => {
        await services.check(machine, signal);
        isFree = !signal.aborted && services.list.peek() === chosen;
        return state;
      },
      (error) => {
        services.refuse(error);
        return state;
      },
    );
    return isFree;
  }
}

/** Of what is installed: its packages, or the runtime where the machine has those. */
function namesOf({ proposal, chosen }: Proposed): readonly string[] {
  const names = proposal.plan.packages.map(({ name }) => name);
  return names.length === 0 && chosen.runtime ? [chosen.runtime.config.title] : names;
}

function choosingAfter(error: ErrorRecord): PackagesState {
  return { name: 'choosing', error };
}
