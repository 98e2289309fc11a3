import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';
import type { MachinesModel } from './machines-model.ts';
import type { ShellModel } from './shell-model.ts';

/** `asking`: machines run, so the user decides. `suspending`: they are being saved. `applying`: the page is about to reload. */
export type UpdateStep = 'idle' | 'asking' | 'suspending' | 'applying' | 'suspend-failed';

/** Offers a newer build of the app, and never takes a running machine without the user's word. */
export class UpdateModel {
  readonly #shell: Shell;
  readonly #machines: MachinesModel;
  readonly #step = signal<UpdateStep>('idle');
  readonly #postponed = signal(false);

  /** True while the offer is to be shown. */
  readonly offered: ReadonlySignal<boolean>;

  constructor(shell: Shell, shellModel: ShellModel, machines: MachinesModel) {
    this.#shell = shell;
    this.#machines = machines;
    this.offered = computed(() => shellModel.updateReady.value && !this.#postponed.value);
  }

  get step(): ReadonlySignal<UpdateStep> {
    return this.#step;
  }

  /** The user wants the newer build. */
  async accept(): Promise<void> {
    if (this.#machines.active.peek().length > 0) this.#step.value = 'asking';
    else await this.apply();
  }

  /** Not now: the offer comes back with the next visit. */
  postpone(): void {
    this.#postponed.value = true;
  }

  /** Saves all machines first. If one cannot be saved, nothing is applied. */
  async suspendAndApply(): Promise<void> {
    this.#step.value = 'suspending';
    const saved = await this.#machines.suspendAll();
    if (this.#step.peek() !== 'suspending') return;
    if (saved) await this.apply();
    else this.#step.value = 'suspend-failed';
  }

  /** Applies it now; running machines end. */
  async apply(): Promise<void> {
    this.#step.value = 'applying';
    const error = await attempt(this.#shell, () => this.#shell.applyUpdate());
    if (error !== undefined) this.#step.value = 'idle';
  }

  /** The user changed their mind; machines that are already saved stay saved. */
  cancel(): void {
    this.#step.value = 'idle';
  }
}
