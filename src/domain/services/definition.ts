import * as v from 'valibot';
import { AppError } from '../errors/index.ts';
import { checkEnvironment, type Environment } from './environment.ts';

/** Characters of a run script: it is handed over as an argument, which Linux limits to 128 KiB (MAX_ARG_STRLEN). */
const MOST_RUN = 60_000;

const PORTS = 'its ports have to be whole numbers from 1 to 65535';
const Port = v.pipe(v.number(PORTS), v.integer(PORTS), v.minValue(1, PORTS), v.maxValue(0xffff, PORTS));
/** A file's name, and one that a person can type. */
const Name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9._+-]{0,39}$/, 'its name has to be of small letters, digits and . _ + -'),
);
const Line = v.pipe(v.string(), v.maxLength(200), v.regex(/^[^\p{Cc}]*$/u, 'its description has to be one line'));
const PackageName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9+.-]{0,99}$/, 'its package has no name of a package'),
);

/** A page of the service that answers when all is well. */
const HealthSchema = v.object({
  port: Port,
  path: v.pipe(
    v.string(),
    v.maxLength(1000),
    v.regex(/^\/[^\s#]*$/, 'the path of its health check has to begin with /'),
  ),
});
export type HealthCheck = v.InferOutput<typeof HealthSchema>;

/** What is kept of a definition beside the script and the environment. */
export const AboutSchema = v.object({
  description: v.optional(Line, ''),
  /** TCP ports that it listens on. */
  ports: v.optional(v.pipe(v.array(Port), v.maxLength(20)), []),
  health: v.optional(HealthSchema),
  /** The Debian package without which it cannot run: it stops when that is removed. */
  package: v.optional(PackageName),
});
export type About = v.InferOutput<typeof AboutSchema>;

const Text = v.pipe(v.string(), v.maxLength(MOST_RUN), v.regex(/^[^\0]*$/, 'its script has a NUL character'));

const DefinitionSchema = v.object({
  ...AboutSchema.entries,
  name: Name,
  /** A script; without a first line that names an interpreter, of /bin/sh. Its last command should be `exec` of the program. */
  run: v.pipe(Text, v.regex(/\S/, 'it has no script')),
  environment: v.optional(v.record(v.string(), v.string()), {}),
});

/** A service as it is added. */
export type ServiceDefinition = v.InferOutput<typeof DefinitionSchema>;

/** What somebody gives as a definition: what may be left out is filled in. @throws AppError `services/invalid` */
export function parseServiceDefinition(value: unknown): ServiceDefinition {
  const result = v.safeParse(DefinitionSchema, value);
  if (!result.success)
    throw new AppError('services/invalid', { detail: v.flatten(result.issues).root?.[0] ?? detailOf(result.issues) });
  checkEnvironment(result.output.environment);
  return result.output;
}

function detailOf([issue]: readonly v.BaseIssue<unknown>[]): string {
  if (!issue) return 'it is none';
  const path = v.getDotPath(issue);
  return path === null || !issue.message.startsWith('Invalid') ? issue.message : `${path}: ${issue.message}`;
}

/** What goes along when a service gets another port. */
type Movable = Pick<About, 'ports' | 'health'> & { readonly environment: Environment };

/** The same service at another port. What it finds in its environment as PORT follows; its script is its own business. */
export function withPort<T extends Movable>(service: T, from: number, to: number): T {
  const { ports, health, environment } = service;
  return {
    ...service,
    ports: ports.map((port) => (port === from ? to : port)),
    ...(health?.port === from ? { health: { ...health, port: to } } : {}),
    environment: environment['PORT'] === String(from) ? { ...environment, PORT: String(to) } : environment,
  };
}

/** The same service with other variables: the port that it has as PORT follows. */
export function withEnvironment<T extends Movable>(service: T, environment: Environment): T {
  const [from, to] = [service.environment['PORT'], environment['PORT']].map(Number);
  const isMoved = from !== undefined && v.is(Port, to) && service.ports.includes(from);
  return { ...(isMoved ? withPort(service, from, to) : service), environment };
}
