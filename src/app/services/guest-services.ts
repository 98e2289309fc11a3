import { AppError } from '#domain/errors/index.ts';
import {
  ADD_SERVICE,
  checkEnvironment,
  findConflicts,
  isNeeded,
  LIST_SERVICES,
  NO_RUNIT,
  NO_SERVICE,
  parseServiceDefinition,
  parseServices,
  REMOVE_SERVICE,
  RESTART_SERVICE,
  serviceFiles,
  settingFiles,
  SET_ENVIRONMENT,
  START_SERVICE,
  STOP_SERVICE,
  toArguments,
  withEnvironment,
  type Environment,
  type Service,
  type ServiceConflict,
  type ServiceDefinition,
} from '#domain/services/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { AddOptions, LogOptions, MachineServices } from '#ports/machine-services.ts';
import type { Machine, RunResult } from '#ports/portolan.ts';
import { followLog } from './follow-log.ts';

/** Milliseconds that a health check is waited for. */
const HEALTH_MS = 10_000;

type Guest = Pick<Machine, 'exec' | 'listeningPorts' | 'fetch'>;

/** The services of a guest, in which programs can be run. */
export class GuestServices implements MachineServices {
  readonly #guest: Guest;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  async list(options?: Cancellable): Promise<readonly Service[]> {
    const { stdout } = await this.#run(LIST_SERVICES, [], options);
    const services = parseServices(stdout);
    if (services) return services;
    throw new AppError('services/no-runit');
  }

  async conflicts(
    definitions: readonly Pick<ServiceDefinition, 'name' | 'ports'>[],
    options?: Cancellable,
  ): Promise<readonly (readonly ServiceConflict[])[]> {
    const services = await this.list(options);
    const listening = await this.#guest.listeningPorts(options);
    return definitions.map((definition, i) => {
      const before = definitions.slice(0, i).filter(({ name }) => !services.some((each) => each.name === name));
      return findConflicts(definition, { services: [...services, ...before], listening });
    });
  }

  async add(given: ServiceDefinition, { replace = false, ...options }: AddOptions = {}): Promise<void> {
    const definition = parseServiceDefinition(given);
    const { name } = definition;
    const [conflicts = []] = await this.conflicts([definition], options);
    if (!replace && conflicts.some(({ kind }) => kind === 'name')) throw new AppError('services/exists', { name });
    await this.#refuseTaken(name, conflicts, options);
    await this.#change('added', ADD_SERVICE, name, toArguments(serviceFiles(definition)), options);
  }

  async answers({ health }: Pick<Service, 'health'>, { signal }: Cancellable = {}): Promise<boolean> {
    if (!health) return true;
    const late = AbortSignal.timeout(HEALTH_MS);
    try {
      const answer = await this.#guest.fetch(health.port, health.path, {
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      await answer.body?.cancel();
      return answer.status < 400;
    } catch {
      signal?.throwIfAborted();
      return false;
    }
  }

  remove(name: string, options?: Cancellable): Promise<void> {
    return this.#change('removed', REMOVE_SERVICE, name, [], options);
  }

  start(name: string, options?: Cancellable): Promise<void> {
    return this.#change('started', START_SERVICE, name, [], options);
  }

  stop(name: string, options?: Cancellable): Promise<void> {
    return this.#change('stopped', STOP_SERVICE, name, [], options);
  }

  restart(name: string, options?: Cancellable): Promise<void> {
    return this.#change('restarted', RESTART_SERVICE, name, [], options);
  }

  async setEnvironment(name: string, environment: Environment, options?: Cancellable): Promise<void> {
    checkEnvironment(environment);
    const services = await this.list(options);
    const service = services.find((each) => each.name === name);
    if (!service) throw new AppError('services/unknown', { name });
    const changed = withEnvironment(service, environment);
    const listening = await this.#guest.listeningPorts(options);
    await this.#refuseTaken(name, findConflicts(changed, { services, listening }), options);
    // What nobody has added here has nothing that says more of it.
    const files = settingFiles(changed).filter(({ path }) => service.isOwn || path.startsWith('env/'));
    await this.#change('restarted', SET_ENVIRONMENT, name, toArguments(files), options);
  }

  followLog(name: string, listener: (text: string) => void, options: LogOptions): Promise<void> {
    return followLog((script, args) => this.#run(script, [name, ...args], options), name, listener, options);
  }

  async #change(
    action: string,
    script: string,
    name: string,
    args: readonly string[],
    options: Cancellable | undefined,
  ): Promise<void> {
    if (isNeeded(name)) throw new AppError('services/needed', { name });
    const { status, stdout, stderr } = await this.#run(script, [name, ...args], options);
    if (status === 0) return;
    if (status === NO_RUNIT) throw new AppError('services/no-runit');
    if (status === NO_SERVICE) throw new AppError('services/unknown', { name });
    const detail = `${stderr}${stdout}`.trim() || `runit ended with status ${status}`;
    throw new AppError('services/failed', { name, action, detail });
  }

  async #refuseTaken(name: string, conflicts: readonly ServiceConflict[], options: Cancellable = {}): Promise<void> {
    for (const conflict of conflicts) {
      if (conflict.kind !== 'port') continue;
      const { port, service } = conflict;
      const by = service === undefined ? await this.#programAt(port, options) : `the service ${service}`;
      throw new AppError('services/port-taken', { name, port, by });
    }
  }

  /** ss(8) says `LISTEN … users:(("nginx",pid=61,fd=6),…)`. */
  async #programAt(port: number, options: Cancellable): Promise<string> {
    const { stdout } = await this.#run('ss -Hltnp "sport = :$1" 2> /dev/null || true', [String(port)], options);
    const [, program, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(stdout) ?? [];
    return program === undefined ? 'another program' : `the program ${program} (process ${pid})`;
  }

  #run(script: string, args: readonly string[], options?: Cancellable): Promise<RunResult> {
    return this.#guest.exec(['sh', '-euc', script, '-', ...args], options);
  }
}
