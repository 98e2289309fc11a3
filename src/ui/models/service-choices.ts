import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import {
  parseServiceDefinition,
  withPort,
  type ServiceConflict,
  type ServiceDefinition,
} from '#domain/services/index.ts';
import type { Machine } from '#ports/portolan.ts';

/** A service that a runtime brings, and what the user has chosen for it. */
export interface ServiceChoice {
  /** As the runtime has it. */
  readonly definition: ServiceDefinition;
  readonly conflicts: readonly ServiceConflict[];
  readonly isWanted: boolean;
  /** Ports that it gets in the place of others, by those. */
  readonly moved: ReadonlyMap<number, number>;
}

/** What a user chooses for the services of a runtime: which are added, and at which ports. */
export class ServiceChoices {
  readonly #list: Signal<readonly ServiceChoice[]>;
  readonly #error = signal<ErrorRecord | undefined>(undefined);

  constructor(list: readonly ServiceChoice[]) {
    this.#list = signal(list);
  }

  /**
   * Asks a machine what stands in their way; each gets free ports for those that others have. None on a machine without runit.
   * @param options `isOnly`: the runtime brings nothing else that is new, so what is there is replaced only if the user says so
   * @throws AppError `machine/*`, `tab/*`
   */
  static async of(
    { services }: Pick<Machine, 'services'>,
    definitions: readonly ServiceDefinition[],
    signal: AbortSignal,
    { isOnly = false }: { readonly isOnly?: boolean } = {},
  ): Promise<ServiceChoices> {
    if (definitions.length === 0) return new ServiceChoices([]);
    try {
      const conflicts = await services.conflicts(definitions, { signal });
      return new ServiceChoices(definitions.map((definition, i) => choiceOf(definition, conflicts[i] ?? [], isOnly)));
    } catch (error) {
      if (error instanceof AppError && error.code === 'services/no-runit') return new ServiceChoices([]);
      throw error;
    }
  }

  get list(): ReadonlySignal<readonly ServiceChoice[]> {
    return this.#list;
  }

  /** Why it cannot be as the user has chosen, until something else is chosen. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  /** Whether the machine lacks one of them. */
  get hasNew(): boolean {
    return this.#list.peek().some(({ conflicts }) => !isThere(conflicts));
  }

  /** Those that are to be added, as they are to be. */
  get wanted(): readonly ServiceDefinition[] {
    return this.#list.value.flatMap(({ definition, isWanted, moved }) => {
      const ports = [...moved];
      return isWanted ? [ports.reduce((service, [from, to]) => withPort(service, from, to), definition)] : [];
    });
  }

  setWanted(name: string, isWanted: boolean): void {
    this.#change(name, (choice) => ({ ...choice, isWanted }));
  }

  /** Gives a service another port than the one that it has by default. */
  move(name: string, from: number, to: number): void {
    this.#change(name, (choice) => ({ ...choice, moved: new Map(choice.moved).set(from, to) }));
  }

  refuse(error: ErrorRecord): void {
    this.#error.value = error;
  }

  /**
   * Looks again, with what the user has chosen.
   * @throws AppError `services/invalid`, `services/port-taken`
   */
  async check({ services }: Pick<Machine, 'services'>, signal: AbortSignal): Promise<void> {
    const { wanted } = this;
    if (wanted.length === 0) return;
    for (const definition of wanted) parseServiceDefinition(definition);
    const conflicts = await services.conflicts(wanted, { signal });
    for (const [i, { name }] of wanted.entries()) {
      const taken = conflicts[i]?.find((conflict) => conflict.kind === 'port');
      if (!taken) continue;
      const by = taken.service === undefined ? 'a program that runs' : `the service ${taken.service}`;
      throw new AppError('services/port-taken', { name, port: taken.port, by });
    }
  }

  #change(name: string, change: (choice: ServiceChoice) => ServiceChoice): void {
    this.#error.value = undefined;
    this.#list.value = this.#list.peek().map((choice) => (choice.definition.name === name ? change(choice) : choice));
  }
}

function choiceOf(
  definition: ServiceDefinition,
  conflicts: readonly ServiceConflict[],
  isOnly: boolean,
): ServiceChoice {
  const moved = conflicts.flatMap((conflict): [number, number][] =>
    conflict.kind === 'port' && conflict.free !== undefined ? [[conflict.port, conflict.free]] : [],
  );
  return { definition, conflicts, isWanted: !(isOnly && isThere(conflicts)), moved: new Map(moved) };
}

/** Whether the machine has a service of that name. */
export function isThere(conflicts: readonly ServiceConflict[]): boolean {
  return conflicts.some(({ kind }) => kind === 'name');
}
