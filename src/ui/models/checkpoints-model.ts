import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Checkpoint, Machine } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';

/** What is being done with a checkpoint. */
export type CheckpointWork =
  | { readonly name: 'making' }
  | { readonly name: 'restoring' | 'deleting'; readonly checkpoint: Checkpoint };

/** What the user has to say yes to first. */
export interface CheckpointQuestion {
  readonly name: 'restore' | 'delete';
  readonly checkpoint: Checkpoint;
}

/** The checkpoints of a machine, and what a user can do with them. */
export class CheckpointsModel {
  readonly #machine: Machine;
  readonly #shell: Shell;
  readonly #list: Signal<readonly Checkpoint[]>;
  readonly #open = signal(false);
  readonly #work = signal<CheckpointWork | undefined>(undefined);
  readonly #asking = signal<CheckpointQuestion | undefined>(undefined);
  readonly #error = signal<ErrorRecord | undefined>(undefined);

  /** Newest first. */
  readonly list: ReadonlySignal<readonly Checkpoint[]>;

  constructor(machine: Machine, shell: Shell) {
    this.#machine = machine;
    this.#shell = shell;
    this.#list = signal(machine.checkpoints());
    this.list = computed(() => this.#list.value.toReversed());
  }

  get open(): ReadonlySignal<boolean> {
    return this.#open;
  }

  get work(): ReadonlySignal<CheckpointWork | undefined> {
    return this.#work;
  }

  get asking(): ReadonlySignal<CheckpointQuestion | undefined> {
    return this.#asking;
  }

  /** Why the last of it failed. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  /** Reads the list again. */
  refresh(): void {
    this.#list.value = this.#machine.checkpoints();
  }

  show(): void {
    this.#open.value = true;
    this.#error.value = undefined;
  }

  /** The user said no, or has seen enough; what is being done goes on. */
  close(): void {
    if (this.#asking.peek() === undefined) this.#open.value = false;
    this.#asking.value = undefined;
  }

  ask(name: CheckpointQuestion['name'], checkpoint: Checkpoint): void {
    if (this.#work.peek() === undefined) this.#asking.value = { name, checkpoint };
  }

  /** The user said yes. */
  async confirm(): Promise<void> {
    const question = this.#asking.peek();
    this.#asking.value = undefined;
    if (question?.name === 'restore') await this.#restore(question.checkpoint);
    if (question?.name === 'delete') await this.#delete(question.checkpoint);
  }

  /** Keeps the machine as it is now. */
  async make(name: string): Promise<void> {
    const words = name.trim();
    if (words !== '') await this.#do({ name: 'making' }, () => this.#machine.checkpoint(words));
  }

  async #restore(checkpoint: Checkpoint): Promise<void> {
    const done = await this.#do({ name: 'restoring', checkpoint }, () => this.#machine.restore(checkpoint.id));
    if (done) this.#open.value = false;
  }

  async #delete(checkpoint: Checkpoint): Promise<void> {
    await this.#do({ name: 'deleting', checkpoint }, () => this.#machine.forget(checkpoint.id));
  }

  /** One thing at a time. True when it was done. */
  async #do(work: CheckpointWork, action: () => Promise<unknown>): Promise<boolean> {
    if (this.#work.peek() !== undefined) return false;
    this.#work.value = work;
    this.#error.value = await attempt(this.#shell, action);
    this.#work.value = undefined;
    return this.#error.peek() === undefined;
  }
}
