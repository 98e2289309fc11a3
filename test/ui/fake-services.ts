import type { AppError } from '#domain/errors/index.ts';
import { findConflicts, type Environment, type Service, type ServiceDefinition } from '#domain/services/index.ts';
import type { LogOptions, MachineServices } from '#ports/machine-services.ts';

/** A service as it is a moment after it was added. */
export function runningService(changes: Partial<Service> = {}): Service {
  return {
    name: 'isle',
    description: 'Pages of the isle',
    ports: [8000],
    environment: {},
    isOwn: true,
    hasLog: true,
    state: { name: 'running', pid: 100, seconds: 5 },
    ends: [],
    ...changes,
  };
}

/** Services that are what a test says, and that keep what was asked of them. */
export class FakeServices implements MachineServices {
  readonly asked: string[] = [];
  all: readonly Service[] = [];
  /** What is asked next fails with it, as long as it is there. */
  failure: AppError | undefined;
  /** What is asked about conflicts waits for it. */
  #ready: Promise<void> = Promise.resolve();
  /** Prints into the log that is followed. */
  print: ((text: string) => void) | undefined;

  list = async (): Promise<readonly Service[]> => {
    if (this.failure) throw this.failure;
    return this.all;
  };

  /** Lets what is asked about conflicts wait. @returns ends that */
  wait(): () => void {
    let end = (): void => undefined;
    this.#ready = new Promise((resolve) => (end = resolve));
    return end;
  }

  async conflicts(definitions: readonly Pick<ServiceDefinition, 'name' | 'ports'>[]) {
    await this.#ready;
    if (this.failure) throw this.failure;
    return definitions.map((definition) => findConflicts(definition, { services: this.all, listening: [] }));
  }

  async add({ name }: ServiceDefinition): Promise<void> {
    await this.#do(`add ${name}`);
    this.all = [...this.all, runningService({ name })];
  }

  /** What a health check finds. */
  healthy = true;

  async answers(): Promise<boolean> {
    this.asked.push('health');
    return this.healthy;
  }

  async remove(name: string): Promise<void> {
    await this.#do(`remove ${name}`);
    this.all = this.all.filter((service) => service.name !== name);
  }

  async start(name: string): Promise<void> {
    await this.#do(`start ${name}`);
    this.#change(name, { state: { name: 'running', pid: 101, seconds: 0 } });
  }

  async stop(name: string): Promise<void> {
    await this.#do(`stop ${name}`);
    this.#change(name, { state: { name: 'stopped' } });
  }

  restart = (name: string): Promise<void> => this.#do(`restart ${name}`);

  async setEnvironment(name: string, environment: Environment): Promise<void> {
    await this.#do(`environment of ${name}`);
    this.#change(name, { environment });
  }

  async followLog(name: string, listener: (text: string) => void, { signal }: LogOptions): Promise<void> {
    await this.#do(`log of ${name}`);
    this.print = listener;
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    if (this.print === listener) this.print = undefined;
  }

  #change(name: string, change: Partial<Service>): void {
    this.all = this.all.map((service) => (service.name === name ? { ...service, ...change } : service));
  }

  async #do(action: string): Promise<void> {
    this.asked.push(action);
    if (this.failure) throw this.failure;
  }
}
