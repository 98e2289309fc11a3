import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import type { Proposal } from '#domain/packages/install/index.ts';
import type { InstallProgress, Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';

/** How far an installation has come. */
export type PackagesState =
  | { readonly name: 'choosing'; readonly error: ErrorRecord | undefined }
  | { readonly name: 'reading' }
  | { readonly name: 'proposed'; readonly proposal: Proposal }
  | { readonly name: 'impossible'; readonly explanation: Explanation }
  | { readonly name: 'installing'; readonly progress: InstallProgress }
  | { readonly name: 'done'; readonly names: readonly string[]; readonly output: string }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

interface Current {
  readonly machine: Pick<Machine, 'id' | 'title'>;
  readonly state: PackagesState;
}

/** Installs packages into a machine. One at a time. */
export class PackagesModel {
  readonly #portolan: Portolan;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #current = signal<Current | undefined>(undefined);
  #files: readonly Blob[] = [];
  #abort = new AbortController();

  constructor(portolan: Portolan, shell: Pick<Shell, 'report'>) {
    this.#portolan = portolan;
    this.#shell = shell;
  }

  /** Undefined while nothing is installed. */
  get current(): ReadonlySignal<Current | undefined> {
    return this.#current;
  }

  /** Asks for packages. */
  open({ id, title }: Current['machine']): void {
    if (this.#current.peek()) return;
    this.#abort = new AbortController();
    this.#current.value = { machine: { id, title }, state: { name: 'choosing', error: undefined } };
  }

  /** Reads files that the user has chosen, and shows what would become of them. */
  async choose(files: readonly Blob[]): Promise<void> {
    if (files.length === 0) return;
    this.#files = files;
    this.#show({ name: 'reading' });
    try {
      const { signal: called } = this.#abort;
      const answer = await this.#portolan.proposePackages(this.#machine(), files, { signal: called });
      this.#show(stateOf(answer));
    } catch (error) {
      this.#fail(error, (record) => ({ name: 'choosing', error: record }));
    }
  }

  /** The user said yes to what is proposed. */
  async install(): Promise<void> {
    const { state } = this.#current.peek() ?? {};
    if (state?.name !== 'proposed') return;
    const { proposal } = state;
    const onProgress = (progress: InstallProgress): void => this.#show({ name: 'installing', progress });
    onProgress({ stage: 'saving', names: [], share: 0 });
    try {
      const options = { signal: this.#abort.signal, onProgress };
      const { output } = await this.#portolan.installPackages(this.#machine(), this.#files, proposal, options);
      this.#show({ name: 'done', names: proposal.plan.packages.map(({ name }) => name), output });
    } catch (error) {
      this.#fail(error, (record) => ({ name: 'failed', error: record }));
    }
  }

  /** The user has seen enough, or calls it off: what was begun is undone first. */
  close(): void {
    const { state } = this.#current.peek() ?? {};
    this.#abort.abort();
    if (state?.name === 'installing') return;
    this.#current.value = undefined;
    this.#files = [];
  }

  /** @throws AppError `machine/not-running` when it has been removed meanwhile */
  #machine(): Machine {
    const id = this.#current.peek()?.machine.id;
    const machine = this.#portolan.machines().find((each) => each.id === id);
    if (machine) return machine;
    throw new AppError('machine/not-running', { state: 'removed', action: 'take packages' });
  }

  #fail(error: unknown, stateFor: (record: ErrorRecord) => PackagesState): void {
    if (this.#abort.signal.aborted) {
      this.#current.value = undefined;
      return;
    }
    this.#shell.report(error);
    this.#show(stateFor(AppError.from(error).toRecord()));
  }

  #show(state: PackagesState): void {
    const current = this.#current.peek();
    if (current) this.#current.value = { ...current, state };
  }
}

function stateOf(answer: Proposal | Explanation): PackagesState {
  if (answer.kind === 'impossible') return { name: 'impossible', explanation: answer };
  return { name: 'proposed', proposal: answer };
}
