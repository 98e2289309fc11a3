import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';

interface Current<State> {
  readonly machine: Pick<Machine, 'id' | 'title'>;
  readonly state: State;
}

/** Something long that a user has done with a machine, one at a time: how far it has come, and how it is called off. */
export class MachineTask<State> {
  readonly #portolan: Portolan;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #current = signal<Current<State> | undefined>(undefined);
  #abort = new AbortController();

  constructor(portolan: Portolan, shell: Pick<Shell, 'report'>) {
    this.#portolan = portolan;
    this.#shell = shell;
  }

  /** Undefined while there is none. */
  get current(): ReadonlySignal<Current<State> | undefined> {
    return this.#current;
  }

  /** Aborted when the user calls it off. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Begins one; false while there is another one. */
  begin({ id, title }: Current<State>['machine'], state: State): boolean {
    if (this.#current.peek()) return false;
    this.#abort = new AbortController();
    this.#current.value = { machine: { id, title }, state };
    return true;
  }

  /** Where it has come to; nothing once it is over. */
  show(state: State): void {
    const current = this.#current.peek();
    if (current) this.#current.value = { ...current, state };
  }

  /** Calls it off; it is over once what was begun is undone. @param isBusy true when something has to be undone first */
  cancel(isBusy: boolean): void {
    this.#abort.abort();
    if (!isBusy) this.#current.value = undefined;
  }

  /** Does a step of it. A failure becomes a state, or the end of one that was called off. */
  async attempt(step: (machine: Machine) => Promise<State>, stateFor: (error: ErrorRecord) => State): Promise<void> {
    const { signal } = this;
    const next = await this.#outcome(step, stateFor, signal);
    // What was called off has nothing to say to the one that came after it.
    if (signal !== this.signal) return;
    if (next === undefined) this.#current.value = undefined;
    else this.show(next);
  }

  async #outcome(
    step: (machine: Machine) => Promise<State>,
    stateFor: (error: ErrorRecord) => State,
    signal: AbortSignal,
  ): Promise<State | undefined> {
    try {
      return await step(this.#machine());
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#shell.report(error);
      return stateFor(AppError.from(error).toRecord());
    }
  }

  /** @throws AppError `machine/not-running` when it has been removed meanwhile */
  #machine(): Machine {
    const id = this.#current.peek()?.machine.id;
    const machine = this.#portolan.machines().find((each) => each.id === id);
    if (machine) return machine;
    throw new AppError('machine/not-running', { state: 'removed', action: 'be changed' });
  }
}
