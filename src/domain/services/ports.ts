import type { ListeningPort } from '../guest/index.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Service } from './service.ts';

/** A port that somebody else has. */
export interface PortConflict {
  readonly port: number;
  /** The service that claims it; undefined for a program that listens without being one. */
  readonly service: string | undefined;
}

/** Ports that Linux gives to connections begin here (net.ipv4.ip_local_port_range). */
const LAST_PORT = 32_767;

/**
 * The first port of a service that it cannot have: another one claims it, running or not, or somebody listens there already.
 * @param services those of the machine; one of the same name makes room
 */
export function findPortConflict(
  { name, ports }: Pick<ServiceDefinition, 'name' | 'ports'>,
  services: readonly Service[],
  listening: readonly ListeningPort[],
): PortConflict | undefined {
  const own = services.find((service) => service.name === name)?.ports ?? [];
  for (const port of ports) {
    const claiming = services.find((service) => service.name !== name && service.ports.includes(port));
    const isTaken = listening.some((each) => each.port === port) && !own.includes(port);
    if (claiming || isTaken) return { port, service: claiming?.name };
  }
  return undefined;
}

/** The next port after `port` that nobody has; undefined when there is none. */
export function freePort(
  port: number,
  services: readonly Service[],
  listening: readonly ListeningPort[],
): number | undefined {
  const taken = new Set([...services.flatMap(({ ports }) => ports), ...listening.map((each) => each.port)]);
  // What had a port of the system's gets one that anybody may have, as people are used to: 80 becomes 8080.
  for (let next = port < 1024 ? 8000 + port : port + 1; next <= LAST_PORT; next++) if (!taken.has(next)) return next;
  return undefined;
}
