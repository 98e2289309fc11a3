import type { Environment, Service, ServiceConflict, ServiceDefinition } from '#domain/services/index.ts';
import type { Cancellable } from './cancellation.ts';

export interface AddOptions extends Cancellable {
  /** Puts it in the place of a service of the same name. Default false: that is an error. */
  readonly replace?: boolean;
}

export interface LogOptions extends Cancellable {
  /** Of those that are there already, how many lines come first. Default 200. */
  readonly lines?: number;
}

/**
 * The services of a machine, from whatever tab. They are started with the machine, and again when they end; what they print is kept,
 * the newest megabyte of it. The machine's disk is what knows of them. Every method may throw AppError `services/no-runit`,
 * `machine/*`, `tab/*`, `guest/*`; those with a name `services/unknown`, `services/failed`, and those that change something
 * `services/needed`, too.
 */
export interface MachineServices {
  /** In the order of their names. */
  list(options?: Cancellable): Promise<readonly Service[]>;
  /**
   * What stands in the way of services that are to be added one after the other, for each: names and ports that others have.
   * Nothing is changed.
   */
  conflicts(
    definitions: readonly Pick<ServiceDefinition, 'name' | 'ports'>[],
    options?: Cancellable,
  ): Promise<readonly (readonly ServiceConflict[])[]>;
  /**
   * Adds a service and starts it. For another port than one that is taken there is `withPort`.
   * @throws AppError `services/invalid`, `services/bad-environment`, `services/exists`, `services/port-taken`
   */
  add(definition: ServiceDefinition, options?: AddOptions): Promise<void>;
  /** Whether its health check answers as it should, with a status below 400; true for one that has none. */
  answers(service: Pick<Service, 'health'>, options?: Cancellable): Promise<boolean>;
  /** Ends a service and removes it, with its log. Of one that Portolan has not added, the folder below /etc/sv stays. */
  remove(name: string, options?: Cancellable): Promise<void>;
  /** Starts it, now and whenever the machine boots. */
  start(name: string, options?: Cancellable): Promise<void>;
  /** Ends it; it stays stopped when the machine boots. */
  stop(name: string, options?: Cancellable): Promise<void>;
  restart(name: string, options?: Cancellable): Promise<void>;
  /**
   * Puts other variables in the place of all of them; a service that runs is restarted with them.
   * @throws AppError `services/bad-environment`
   */
  setEnvironment(name: string, environment: Environment, options?: Cancellable): Promise<void>;
  /**
   * Calls `listener` with what the service has printed last, then with what it prints, as it comes: any pieces of text. Lasts until
   * the signal, then it resolves.
   * @throws AppError `services/no-log`, and as soon as the machine does not run
   */
  followLog(name: string, listener: (text: string) => void, options: LogOptions): Promise<void>;
}
