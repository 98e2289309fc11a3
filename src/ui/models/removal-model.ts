import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { RemovalProposal, UserPackage } from '#domain/packages/remove/index.ts';
import type { InstallProgress, Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';

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

interface Current {
  readonly machine: Pick<Machine, 'id' | 'title'>;
  readonly state: RemovalState;
}

/** Removes packages from a machine. One removal at a time. */
export class RemovalModel {
  readonly #portolan: Portolan;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #current = signal<Current | undefined>(undefined);
  #abort = new AbortController();

  constructor(portolan: Portolan, shell: Pick<Shell, 'report'>) {
    this.#portolan = portolan;
    this.#shell = shell;
  }

  /** Undefined while nothing is removed. */
  get current(): ReadonlySignal<Current | undefined> {
    return this.#current;
  }

  /** Shows what the user has installed. */
  async open({ id, title }: Current['machine']): Promise<void> {
    if (this.#current.peek()) return;
    this.#abort = new AbortController();
    this.#current.value = { machine: { id, title }, state: CHOOSING };
    await this.back();
  }

  /** Back to what can be removed. */
  async back(): Promise<void> {
    this.#show(CHOOSING);
    try {
      const packages = await this.#portolan.userPackages(this.#machine(), { signal: this.#abort.signal });
      this.#show({ name: 'choosing', packages, error: undefined });
    } catch (error) {
      this.#fail(error, (record) => ({ ...CHOOSING, error: record }));
    }
  }

  /** Shows what would go with a package. */
  async choose(name: string): Promise<void> {
    this.#show({ name: 'reading' });
    try {
      const { signal: called } = this.#abort;
      const answer = await this.#portolan.proposeRemoval(this.#machine(), [name], { signal: called });
      this.#show(stateOf(answer));
    } catch (error) {
      this.#fail(error, (record) => ({ ...CHOOSING, error: record }));
    }
  }

  /** The user said yes to what is proposed. @param purge whether configuration goes, too */
  async remove(purge: boolean): Promise<void> {
    const { state } = this.#current.peek() ?? {};
    if (state?.name !== 'proposed') return;
    const proposal = { ...state.proposal, purge };
    const onProgress = (progress: InstallProgress): void => this.#show({ name: 'removing', progress });
    onProgress({ stage: 'saving', names: [], share: 0 });
    try {
      const options = { signal: this.#abort.signal, onProgress };
      const { output } = await this.#portolan.removePackages(this.#machine(), proposal, options);
      this.#show({ name: 'done', names: proposal.packages.map(({ name }) => name), output });
    } catch (error) {
      this.#fail(error, (record) => ({ name: 'failed', error: record }));
    }
  }

  /** The user has seen enough, or calls it off: what was begun is undone first. */
  close(): void {
    const { state } = this.#current.peek() ?? {};
    this.#abort.abort();
    if (state?.name !== 'removing') this.#current.value = undefined;
  }

  /** @throws AppError `machine/not-running` when it has been removed meanwhile */
  #machine(): Machine {
    const id = this.#current.peek()?.machine.id;
    const machine = this.#portolan.machines().find((each) => each.id === id);
    if (machine) return machine;
    throw new AppError('machine/not-running', { state: 'removed', action: 'let go of packages' });
  }

  #fail(error: unknown, stateFor: (record: ErrorRecord) => RemovalState): void {
    if (this.#abort.signal.aborted) {
      this.#current.value = undefined;
      return;
    }
    this.#shell.report(error);
    this.#show(stateFor(AppError.from(error).toRecord()));
  }

  #show(state: RemovalState): void {
    const current = this.#current.peek();
    if (current) this.#current.value = { ...current, state };
  }
}

const CHOOSING = { name: 'choosing', packages: undefined, error: undefined } as const;

function stateOf(answer: RemovalProposal | Explanation): RemovalState {
  if (answer.kind === 'impossible') return { name: 'impossible', explanation: answer };
  return { name: 'proposed', proposal: answer };
}
