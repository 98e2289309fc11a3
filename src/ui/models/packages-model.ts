import { signal, type ReadonlySignal } from '@preact/signals';
import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Explanation } from '#domain/packages/index.ts';
import { notWanted, parseWanted, type Proposal } from '#domain/packages/install/index.ts';
import type { RuntimeFiles } from '#ports/package-service.ts';
import type { InstallProgress, Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { Environment } from './environment.ts';
import { ServiceChoices } from './service-choices.ts';

/** How far an installation has come. */
export type PackagesState =
  | { readonly name: 'choosing'; readonly error: ErrorRecord | undefined }
  /** `share` of a runtime that is read, 0 to 1; undefined while nothing is known but that it goes on. */
  | { readonly name: 'reading'; readonly share: number | undefined }
  | {
      readonly name: 'proposed';
      readonly proposal: Proposal;
      readonly services: ServiceChoices;
      /** Why it cannot be as the user has chosen. */
      readonly error: ErrorRecord | undefined;
    }
  | { readonly name: 'impossible'; readonly explanation: Explanation }
  | { readonly name: 'installing'; readonly progress: InstallProgress }
  | { readonly name: 'done'; readonly names: readonly string[]; readonly output: string }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

interface Current {
  readonly machine: Pick<Machine, 'id' | 'title'>;
  readonly state: PackagesState;
}

/** What the user has chosen: files, or all that is in a runtime. */
interface Chosen {
  readonly files: readonly Blob[];
  readonly runtime?: RuntimeFiles;
}

/** Installs packages into a machine. One at a time. */
export class PackagesModel {
  readonly #portolan: Portolan;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #save: Environment['save'];
  readonly #current = signal<Current | undefined>(undefined);
  #chosen: Chosen = { files: [] };
  #abort = new AbortController();

  constructor(portolan: Portolan, shell: Pick<Shell, 'report'>, { save }: Pick<Environment, 'save'>) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#save = save;
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
        if (!called.aborted) this.#show({ name: 'reading', share });
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
    try {
      const wrong = notWanted(text);
      const wanted = parseWanted(text);
      if (wrong.length > 0 || wanted.length === 0) throw new AppError('packages/no-name', { names: wrong.join(', ') });
      const machine = this.#machine();
      const file = await this.#portolan.requestPackages(machine, wanted, { signal: this.#abort.signal });
      this.#save(`${machine.id}.portolan-request`, file);
      this.#show({ name: 'choosing', error: undefined });
    } catch (error) {
      this.#fail(error, (record) => ({ name: 'choosing', error: record }));
    }
  }

  async #propose(read: (called: AbortSignal) => Promise<Chosen>): Promise<void> {
    const { signal: called } = this.#abort;
    this.#show({ name: 'reading', share: undefined });
    try {
      const chosen = await read(called);
      this.#chosen = chosen;
      this.#show({ name: 'reading', share: undefined });
      const wanted = chosen.runtime?.config.wanted;
      const machine = this.#machine();
      const answer = await this.#portolan.proposePackages(machine, chosen.files, { signal: called, wanted });
      if (answer.kind === 'impossible') return this.#show({ name: 'impossible', explanation: answer });
      const services = await ServiceChoices.of(machine, chosen.runtime?.config.services ?? [], called);
      this.#show({ name: 'proposed', proposal: answer, services, error: undefined });
    } catch (error) {
      this.#fail(error, (record) => ({ name: 'choosing', error: record }));
    }
  }

  /** The user said yes to what is proposed. */
  async install(): Promise<void> {
    const { state } = this.#current.peek() ?? {};
    if (state?.name !== 'proposed') return;
    const { proposal, services } = state;
    const onProgress = (progress: InstallProgress): void => this.#show({ name: 'installing', progress });
    onProgress({ stage: 'saving', names: [], share: 0 });
    if (services.wanted.length > 0 && !(await this.#canBe(state))) return;
    try {
      const { files, runtime } = this.#chosen;
      const options = { signal: this.#abort.signal, onProgress, runtime, services: services.wanted };
      const { output } = await this.#portolan.installPackages(this.#machine(), files, proposal, options);
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
    this.#chosen = { files: [] };
  }

  /** Whether services get what the user has chosen for them; why not is shown. */
  async #canBe(state: PackagesState & { readonly name: 'proposed' }): Promise<boolean> {
    try {
      await state.services.check(this.#machine(), this.#abort.signal);
      return true;
    } catch (error) {
      this.#fail(error, (record) => ({ ...state, error: record }));
      return false;
    }
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
