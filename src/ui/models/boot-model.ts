import type { ErrorRecord } from '#domain/errors/index.ts';
import type { BootOptions, Machine, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';
import { Failures } from './failures.ts';
import { KeySet } from './key-set.ts';
import type { MemoryModel } from './memory-model.ts';

/** Boots containers, one at a time each, and keeps why a boot could not begin. */
export class BootModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #memory: Pick<MemoryModel, 'start'>;
  readonly #onBooted: (machine: Machine) => void;
  readonly #pending = new KeySet();
  readonly #failures = new Failures();

  /**
   * @param memory asks first where there may be none for the machine
   * @param onBooted told of each machine as soon as it can be watched
   */
  constructor(
    portolan: Portolan,
    shell: Shell,
    memory: Pick<MemoryModel, 'start'>,
    onBooted: (machine: Machine) => void,
  ) {
    this.#memory = memory;
    this.#portolan = portolan;
    this.#shell = shell;
    this.#onBooted = onBooted;
  }

  /** True while a machine is being made of this container. */
  isPending(ref: string): boolean {
    return this.#pending.has(ref);
  }

  /** Why the last boot of this container could not begin. */
  failureOf(ref: string): ErrorRecord | undefined {
    return this.#failures.of(ref);
  }

  /**
   * Makes a machine of a container; a second click while that goes on does nothing.
   * @param ref the digest of its manifest, or its id
   * @param then told of the machine, after the page shows it
   */
  async boot(ref: string, options?: BootOptions, then?: (machine: Machine) => void): Promise<void> {
    if (this.#pending.peek(ref)) return;
    this.#pending.add(ref);
    this.#failures.dismiss(ref);
    await this.#memory.start({ container: ref, sources: options?.sources }, () => this.#begin(ref, options, then));
    this.#pending.delete(ref);
  }

  async #begin(ref: string, options?: BootOptions, then?: (machine: Machine) => void): Promise<void> {
    const error = await attempt(this.#shell, async () => {
      const machine = await this.#portolan.boot(ref, options);
      this.#onBooted(machine);
      then?.(machine);
    });
    this.#failures.set(ref, error);
  }

  dismiss(ref: string): void {
    this.#failures.dismiss(ref);
  }
}
