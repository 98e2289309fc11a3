import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { RemovalProposal, UserPackage } from '#domain/packages/remove/index.ts';
import type { InstallProgress, Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { MachineTask } from './machine-task.ts';

/** How far a removal has come. */
export type RemovalState =
  /** Undefined packages: the machine has not said yet. */
  | {
      readonly name: 'choosing';
      readonly packages: readonly UserPackage[] | undefined;
      readonly error: ErrorRecord | undefined;
    }
  | { readonly name: 'reading' }
  | { readonly name: 'proposed'; readonly proposal: RemovalProposal }
  | { readonly name: 'impossible'; readonly explanation: Explanation }
  | { readonly name: 'removing'; readonly progress: InstallProgress }
  | { readonly name: 'done'; readonly names: readonly string[]; readonly output: string }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

/** Removes packages from a machine. One removal at a time. */
export class RemovalModel {
  readonly #portolan: Portolan;
  readonly #task: MachineTask<RemovalState>;

  constructor(portolan: Portolan, shell: Pick<Shell, 'report'>) {
    this.#portolan = portolan;
    this.#task = new MachineTask<RemovalState>(portolan, shell);
  }

  /** Undefined while nothing is removed. */
  get current(): MachineTask<RemovalState>['current'] {
    return this.#task.current;
  }

  /** Shows what the user has installed. */
  async open(machine: Pick<Machine, 'id' | 'title'>): Promise<void> {
    if (this.#task.begin(machine, CHOOSING)) await this.back();
  }

  /** Back to what can be removed. */
  async back(): Promise<void> {
    this.#task.show(CHOOSING);
    const { signal } = this.#task;
    await this.#task.attempt(async (machine) => {
      const packages = await this.#portolan.userPackages(machine, { signal });
      return { name: 'choosing', packages, error: undefined };
    }, choosingAfter);
  }

  /** Shows what would go with a package. */
  async choose(name: string): Promise<void> {
    this.#task.show({ name: 'reading' });
    const { signal } = this.#task;
    await this.#task.attempt(
      async (machine) => stateOf(await this.#portolan.proposeRemoval(machine, [name], { signal })),
      choosingAfter,
    );
  }

  /** The user said yes to what is proposed. @param purge whether configuration goes, too */
  async remove(purge: boolean): Promise<void> {
    const { state } = this.#task.current.peek() ?? {};
    if (state?.name !== 'proposed') return;
    const proposal = { ...state.proposal, purge };
    const onProgress = (progress: InstallProgress): void => this.#task.show({ name: 'removing', progress });
    onProgress({ stage: 'saving', names: [], share: 0 });
    const options = { signal: this.#task.signal, onProgress };
    await this.#task.attempt(
      async (machine) => {
        const { output } = await this.#portolan.removePackages(machine, proposal, options);
        return { name: 'done', names: proposal.packages.map(({ name }) => name), output };
      },
      (error) => ({ name: 'failed', error }),
    );
  }

  /** The user has seen enough, or calls it off: what was begun is undone first. */
  close(): void {
    this.#task.cancel(this.#task.current.peek()?.state.name === 'removing');
  }
}

const CHOOSING = { name: 'choosing', packages: undefined, error: undefined } as const;

function stateOf(answer: RemovalProposal | Explanation): RemovalState {
  if (answer.kind === 'impossible') return { name: 'impossible', explanation: answer };
  return { name: 'proposed', proposal: answer };
}

function choosingAfter(error: ErrorRecord): RemovalState {
  return { ...CHOOSING, error };
}
