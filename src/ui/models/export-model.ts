import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { isRunning } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { Environment } from './environment.ts';
import type { MachineModel } from './machine-model.ts';

/** What is being done with the machine that is exported. */
export type ExportState =
  /** It runs: the user has to say yes to what ends that. */
  | { readonly name: 'asking'; readonly first: 'suspend' | 'stop' }
  | { readonly name: 'ending'; readonly first: 'suspend' | 'stop' }
  | { readonly name: 'exporting'; readonly share: number }
  | { readonly name: 'failed'; readonly error: ErrorRecord };

interface Exported {
  readonly machine: MachineModel;
  readonly state: ExportState;
}

/** Saves a machine as a file. One at a time. */
export class ExportModel {
  readonly #shell: Pick<Shell, 'report'>;
  readonly #save: Environment['save'];
  readonly #current = signal<Exported | undefined>(undefined);
  #abort: AbortController | undefined;

  constructor(shell: Pick<Shell, 'report'>, { save }: Pick<Environment, 'save'>) {
    this.#shell = shell;
    this.#save = save;
  }

  /** Undefined while nothing is exported. */
  get current(): ReadonlySignal<Exported | undefined> {
    return this.#current;
  }

  /** Exports the machine, or asks first where it runs. */
  async request(machine: MachineModel): Promise<void> {
    if (this.#abort) return;
    const state = machine.state.peek();
    // The memory of one that waits cannot be saved.
    if (isRunning(state.name))
      this.#show(machine, { name: 'asking', first: state.name === 'waiting' ? 'stop' : 'suspend' });
    else await this.#export(machine);
  }

  /** The user said yes. */
  async confirm(): Promise<void> {
    const { machine, state } = this.#current.peek() ?? {};
    if (!machine || state?.name !== 'asking') return;
    this.#show(machine, { name: 'ending', first: state.first });
    // Why it could not be is told where the machine is.
    if (await machine.perform(state.first)) await this.#export(machine);
    else this.#current.value = undefined;
  }

  /** The user said no, calls it off, or has seen why it failed. */
  close(): void {
    if (this.#current.peek()?.state.name === 'ending') return;
    this.#abort?.abort();
    this.#current.value = undefined;
  }

  async #export(machine: MachineModel): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const { signal: called } = abort;
    const onProgress = (share: number): void => {
      if (!called.aborted) this.#show(machine, { name: 'exporting', share });
    };
    onProgress(0);
    try {
      const file = await machine.export({ signal: called, onProgress });
      if (called.aborted) return;
      this.#save(fileName(machine.title), file);
      this.#current.value = undefined;
    } catch (error) {
      if (!called.aborted) this.#fail(machine, error);
    } finally {
      this.#abort = undefined;
    }
  }

  #fail(machine: MachineModel, error: unknown): void {
    this.#shell.report(error);
    this.#show(machine, { name: 'failed', error: AppError.from(error).toRecord() });
  }

  #show(machine: MachineModel, state: ExportState): void {
    this.#current.value = { machine, state };
  }
}

/** Without what file systems refuse. */
function fileName(title: string): string {
  const plain = title.replaceAll(/[\\/:*?"<>|]+/g, '-').replace(/^\.+/, '');
  return `${plain || 'Machine'}.portolan-machine`;
}
