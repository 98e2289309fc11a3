import type { ListeningPort } from '../guest/index.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Service } from './service.ts';

/** What stands in the way of a service. */
export type ServiceConflict =
  /** There is one of the same name: it can be replaced. */
  | { readonly kind: 'name' }
  /** Somebody else has a port that it wants. */
  | {
      readonly kind: 'port';
      readonly port: number;
      /** The service that claims it, running or not; undefined for a program that listens without being one. */
      readonly service: string | undefined;
      /** A port that it could have instead: see `withPort`. Undefined when there is none. */
      readonly free: number | undefined;
    };

/** What is on a machine. */
interface Taken {
  readonly services: readonly Pick<Service, 'name' | 'ports'>[];
  readonly listening: readonly ListeningPort[];
}

/** Ports that Linux gives to connections begin after this one (net.ipv4.ip_local_port_range). */
const LAST_PORT = 32_767;

/** All that stands in the way of a service. One of the same name makes room with its ports. */
export function findConflicts(
  { name, ports }: Pick<ServiceDefinition, 'name' | 'ports'>,
  { services, listening }: Taken,
): ServiceConflict[] {
  const same = services.find((service) => service.name === name);
  const others = services.filter((service) => service !== same);
  const conflicts: ServiceConflict[] = same ? [{ kind: 'name' }] : [];
  const taken = new Set([...ports, ...services.flatMap((each) => each.ports), ...listening.map((each) => each.port)]);
  for (const port of ports) {
    const claiming = others.find((service) => service.ports.includes(port));
    const isListened = listening.some((each) => each.port === port) && same?.ports.includes(port) !== true;
    if (!claiming && !isListened) continue;
    const free = freePort(port, taken);
    if (free !== undefined) taken.add(free);
    conflicts.push({ kind: 'port', port, service: claiming?.name, free });
  }
  return conflicts;
}

/** The next port that nobody has. What had one of the system's gets one that people are used to: 80 becomes 8080. */
function freePort(port: number, taken: ReadonlySet<number>): number | undefined {
  for (let next = port < 1024 ? 8000 + port : port + 1; next <= LAST_PORT; next++) if (!taken.has(next)) return next;
  return undefined;
}
