import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Values of options by name, and the arguments beside them. */
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>>;

/** Parses a command's arguments. @throws UsageError for an option that it does not have, or one without its value */
export function parseOptions<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Its first sentence says what is wrong; the rest is about files whose names begin with a dash.
    if (isParseError(error)) throw new UsageError(`${error.message.split(/\. |\n/, 1)[0]?.replace(/\.$/, '')}.`);
    throw error;
  }
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

/** The positional arguments, of which there have to be as many as names. @throws UsageError */
export function positionals(given: readonly string[], ...names: readonly string[]): readonly string[] {
  const missing = names[given.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`);
  const extra = given[names.length];
  if (extra !== undefined) throw new UsageError(`There is one argument too many: “${extra}”.`);
  return given;
}

/** The value of an option that has to be there. @throws UsageError */
export function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`${name} is missing.`);
  return value;
}

const MIB = 1024 * 1024;
const UNITS: Readonly<Record<string, number>> = { '': MIB, m: MIB, mb: MIB, mib: MIB, g: 1024 * MIB, gb: 1024 * MIB };

/** Bytes from `256`, `256M` or `1G`: binary units, MiB without one. @throws UsageError */
export function memoryBytes(text: string, least: number, most: number): number {
  const [, number = '', unit = ''] = /^(\d+)([a-z]*)$/i.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (number !== '' && bytes >= least && bytes <= most) return bytes;
  throw new UsageError(`“${text}” is no amount of memory from ${least / MIB} to ${most / MIB} MiB.`);
}

/** A port number. @throws UsageError */
export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new UsageError(`“${text}” is not a port: give a number from 0 to 65535.`);
}
