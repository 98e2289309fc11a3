import { signal, type ReadonlySignal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { Machine } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';

/** A machine's disk: how large and how full it is, and what becomes of it. */
export class DiskModel {
  readonly #machine: Pick<Machine, 'disk' | 'growDisk'>;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #open = signal(false);
  readonly #report = signal<DiskReport | undefined>(undefined);
  readonly #growing = signal(false);
  readonly #error = signal<ErrorRecord | undefined>(undefined);

  constructor(machine: Pick<Machine, 'disk' | 'growDisk'>, shell: Pick<Shell, 'report'>) {
    this.#machine = machine;
    this.#shell = shell;
  }

  get open(): ReadonlySignal<boolean> {
    return this.#open;
  }

  /** Undefined until the machine has said. */
  get report(): ReadonlySignal<DiskReport | undefined> {
    return this.#report;
  }

  /** The machine restarts on a larger disk. */
  get growing(): ReadonlySignal<boolean> {
    return this.#growing;
  }

  /** Why the machine did not say, or why its disk is not larger. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  async show(): Promise<void> {
    this.#open.value = true;
    if (!this.#growing.peek()) await this.#read();
  }

  /** The user has seen enough; what is being done goes on. */
  close(): void {
    this.#open.value = false;
  }

  async grow(bytes: number): Promise<void> {
    if (this.#growing.peek()) return;
    this.#growing.value = true;
    const error = await attempt(this.#shell, () => this.#machine.growDisk(bytes));
    await this.#read();
    this.#error.value = error ?? this.#error.peek();
    this.#growing.value = false;
  }

  async #read(): Promise<void> {
    this.#report.value = undefined;
    this.#error.value = await attempt(this.#shell, async () => (this.#report.value = await this.#machine.disk()));
  }
}
