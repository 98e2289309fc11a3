import { AppError } from '../errors/index.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Characters of a value: each is handed over as an argument. */
const MOST_VALUE = 30_000;

/**
 * Refuses what chpst(8) could not give a program as it is: it takes the first line of a file, without blanks at its end.
 * @throws AppError `services/bad-environment`
 */
export function checkEnvironment(environment: Environment): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!NAME.test(name)) throw refuse(`“${name}” is no name of a variable`);
    if (/[\n\r\0]/.test(value)) throw refuse(`the value of ${name} is not one line`);
    if (/[ \t]$/.test(value)) throw refuse(`the value of ${name} ends with a blank`);
    if (value.length > MOST_VALUE) throw refuse(`the value of ${name} is too long`);
  }
}

/** Reads variables as people write them: `NAME=value`, one a line. @throws AppError `services/bad-environment` */
export function parseEnvironment(text: string): Environment {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const pairs = lines.filter((line) => line !== '').map(parseLine);
  const names = new Set<string>();
  for (const [name] of pairs) {
    if (names.has(name)) throw refuse(`${name} is there twice`);
    names.add(name);
  }
  const environment = Object.fromEntries(pairs);
  checkEnvironment(environment);
  return environment;
}

/** What `parseEnvironment` reads. */
export function formatEnvironment(environment: Environment): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function parseLine(line: string): [string, string] {
  const equals = line.indexOf('=');
  if (equals < 1) throw refuse(`“${line}” is not of the form NAME=value`);
  return [line.slice(0, equals), line.slice(equals + 1)];
}

function refuse(detail: string): AppError {
  return new AppError('services/bad-environment', { detail });
}
