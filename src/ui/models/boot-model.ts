import { signal, type ReadonlySignal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { BootOptions, Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';

/** Boots containers from the shelf, one at a time each, and keeps why a boot could not begin. */
export class BootModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #onBooted: (machine: Machine) => void;
  readonly #pending = signal<ReadonlySet<string>>(new Set());
  readonly #failures = signal<ReadonlyMap<string, ErrorRecord>>(new Map());

  /** @param onBooted told of each machine as soon as it can be watched */
  constructor(portolan: Portolan, shell: Shell, onBooted: (machine: Machine) => void) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#onBooted = onBooted;
  }

  /** Ids of the containers for which a machine is being made. */
  get pending(): ReadonlySignal<ReadonlySet<string>> {
    return this.#pending;
  }

  /** By container id, why its last boot could not begin. */
  get failures(): ReadonlySignal<ReadonlyMap<string, ErrorRecord>> {
    return this.#failures;
  }

  /** Makes a machine of a container; a second click while that goes on does nothing. */
  async boot(ref: string, options?: BootOptions): Promise<void> {
    if (this.#pending.peek().has(ref)) return;
    this.#mark(ref, true);
    this.#setFailure(ref, undefined);
    const error = await attempt(this.#shell, async () => this.#onBooted(await this.#portolan.boot(ref, options)));
    this.#setFailure(ref, error);
    this.#mark(ref, false);
  }

  dismiss(ref: string): void {
    this.#setFailure(ref, undefined);
  }

  #mark(ref: string, pending: boolean): void {
    const refs = new Set(this.#pending.peek());
    if (pending) refs.add(ref);
    else refs.delete(ref);
    this.#pending.value = refs;
  }

  #setFailure(ref: string, error: ErrorRecord | undefined): void {
    if (this.#failures.peek().get(ref) === error) return;
    const failures = new Map(this.#failures.peek());
    if (error === undefined) failures.delete(ref);
    else failures.set(ref, error);
    this.#failures.value = failures;
  }
}
