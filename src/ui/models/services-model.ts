import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { isNeeded, parseEnvironment, type Service } from '#domain/services/index.ts';
import type { Machine } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';
import { Failures } from './failures.ts';

/** Milliseconds between two looks at the services, while somebody looks at the list. */
const LOOK_MS = 2000;
/** Characters of a log that are shown: its end. */
const MOST_LOG = 200_000;

export type ServiceAction = 'start' | 'stop' | 'restart';

/** What of a service is open below it. */
export interface OpenPart {
  readonly service: string;
  readonly part: 'log' | 'environment';
}

/** A log that is followed. */
interface FollowedLog {
  readonly text: string;
  /** Why it is not followed now. */
  readonly error: ErrorRecord | undefined;
}

/** The services of a machine: what they do, and what a user can do with them. */
export class ServicesModel {
  readonly #machine: Machine;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #list = signal<readonly Service[] | undefined>(undefined);
  readonly #error = signal<ErrorRecord | undefined>(undefined);
  readonly #looking = signal<AbortController | undefined>(undefined);
  readonly #pending = signal<ReadonlyMap<string, ServiceAction>>(new Map());
  readonly #part = signal<OpenPart | undefined>(undefined);
  readonly #formError = signal<ErrorRecord | undefined>(undefined);
  readonly #saving = signal(false);
  readonly #log = signal<FollowedLog>({ text: '', error: undefined });
  readonly #silent = signal<ReadonlySet<string>>(new Set());
  /** Processes whose health check has answered. */
  readonly #healthy = new Set<number>();
  #following = new AbortController();
  readonly open = computed(() => this.#looking.value !== undefined);
  /** Why the last action on each failed. */
  readonly failures = new Failures();

  constructor(machine: Machine, shell: Pick<Shell, 'report'>) {
    this.#machine = machine;
    this.#shell = shell;
  }

  /** Undefined until the guest has said. Without those that are Portolan’s own. */
  get list(): ReadonlySignal<readonly Service[] | undefined> {
    return this.#list;
  }

  /** Why the guest could not be asked. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#error;
  }

  get part(): ReadonlySignal<OpenPart | undefined> {
    return this.#part;
  }

  /** Of the service whose log is open. */
  get log(): ReadonlySignal<FollowedLog> {
    return this.#log;
  }

  /** Why what was written as an environment cannot be. */
  get formError(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#formError;
  }

  get saving(): ReadonlySignal<boolean> {
    return this.#saving;
  }

  /** What is being done with a service. */
  pending(name: string): ServiceAction | undefined {
    return this.#pending.value.get(name);
  }

  /** True for one that runs, but does not answer as it should. */
  isSilent(name: string): boolean {
    return this.#silent.value.has(name);
  }

  /** Where the pages of a service are; undefined where this window has no place for them. */
  appUrl(port: number): string | undefined {
    return this.#machine.appUrl(port);
  }

  show(): void {
    if (this.#looking.peek()) return;
    const looking = new AbortController();
    this.#looking.value = looking;
    this.#list.value = undefined;
    this.#error.value = undefined;
    void this.#look(looking.signal);
  }

  close(): void {
    this.closePart();
    this.#looking.peek()?.abort();
    this.#looking.value = undefined;
  }

  /** Opens the log or the environment of a service in the place of what is open, or closes that if it is the same. */
  toggle(service: string, part: OpenPart['part']): void {
    const before = this.#part.peek();
    this.closePart();
    if (before?.service === service && before.part === part) return;
    this.#part.value = { service, part };
    if (part === 'log') void this.#follow(service, this.#following.signal);
  }

  closePart(): void {
    this.#following.abort();
    this.#following = new AbortController();
    this.#part.value = undefined;
    this.#formError.value = undefined;
    this.#log.value = { text: '', error: undefined };
  }

  /** What the log has so far is put out of sight. */
  clearLog(): void {
    this.#log.value = { ...this.#log.peek(), text: '' };
  }

  /** One thing at a time with each. */
  async perform(name: string, action: ServiceAction): Promise<void> {
    if (this.#pending.peek().has(name)) return;
    this.#setPending(name, action);
    const failure = await attempt(this.#shell, () => this.#machine.services[action](name));
    await this.#read();
    this.failures.set(name, failure);
    this.#setPending(name, undefined);
  }

  /** Sets the environment as it was written; what cannot be stays in the form, with the reason. */
  async saveEnvironment(name: string, text: string): Promise<void> {
    if (this.#saving.peek()) return;
    this.#saving.value = true;
    try {
      await this.#machine.services.setEnvironment(name, parseEnvironment(text));
      await this.#read();
      this.closePart();
    } catch (error) {
      this.#formError.value = AppError.from(error).toRecord();
    }
    this.#saving.value = false;
  }

  #setPending(name: string, action: ServiceAction | undefined): void {
    const pending = new Map(this.#pending.peek());
    if (action === undefined) pending.delete(name);
    else pending.set(name, action);
    this.#pending.value = pending;
  }

  async #look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#read(signal);
      await this.#checkHealth(signal);
      await delay(LOOK_MS);
    }
  }

  async #read(signal?: AbortSignal): Promise<void> {
    try {
      const services = await this.#machine.services.list({ signal });
      this.#list.value = services.filter(({ name }) => !isNeeded(name));
      this.#error.value = undefined;
    } catch (error) {
      if (!signal?.aborted) this.#error.value = AppError.from(error).toRecord();
    }
  }

  /** Of each process until it has answered once: the guest has better things to do. */
  async #checkHealth(signal: AbortSignal): Promise<void> {
    const silent = new Set<string>();
    for (const service of this.#list.peek() ?? []) {
      const { name, state, health } = service;
      if (!health || state.name !== 'running' || this.#healthy.has(state.pid)) continue;
      const answers = await this.#machine.services.answers(service, { signal }).catch(() => false);
      if (answers) this.#healthy.add(state.pid);
      else silent.add(name);
    }
    this.#silent.value = silent;
  }

  /** A machine that sleeps meanwhile is asked again until it is awake. */
  async #follow(name: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What comes first has the lines before it.
      let isFirst = true;
      const add = (text: string): void => {
        const before = isFirst ? '' : this.#log.peek().text;
        isFirst = false;
        this.#log.value = { text: `${before}${text}`.slice(-MOST_LOG), error: undefined };
      };
      try {
        await this.#machine.services.followLog(name, add, { signal });
      } catch (error) {
        if (!signal.aborted) this.#log.value = { ...this.#log.peek(), error: AppError.from(error).toRecord() };
      }
      await delay(LOOK_MS);
    }
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
