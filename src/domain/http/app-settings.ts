import * as v from 'valibot';
import { AppError } from '../errors/index.ts';
import { isFieldValue, isToken } from './header.ts';
import { HOP_BY_HOP } from './hop-by-hop.ts';
import { MAX_PATH_LENGTH } from './start-path.ts';

const Port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff));
/** A letter first: what is a number is a port. */
const Name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));

const Field = v.tuple([v.string(), v.string()]);

/** What the user has set for one port of a machine. */
export const AppSettingsSchema = v.object({
  port: Port,
  /** Stands in the app's address instead of the port. */
  name: v.optional(Name),
  /** Where it opens: path, query and fragment; its root otherwise. */
  path: v.optional(v.pipe(v.string(), v.startsWith('/'), v.maxLength(MAX_PATH_LENGTH))),
  /** Sent with each request, in the place of the page's own of the same names. */
  headers: v.array(Field),
});
export type AppSettings = v.InferOutput<typeof AppSettingsSchema>;

/** Fields that say how a message is sent, not what is in it. */
const FRAMING = new Set([...HOP_BY_HOP, 'content-length', 'expect']);

/**
 * Checks what the user wants to have set, all of it together.
 * @throws AppError `app/bad-settings`
 */
export function checkAppSettings(given: readonly AppSettings[]): readonly AppSettings[] {
  const result = v.safeParse(v.array(AppSettingsSchema), given);
  if (!result.success)
    throw refuse(
      'a name has small letters, digits and hyphens, a port is between 1 and 65535, a path begins with a slash',
    );
  const settings = result.output;
  if (new Set(settings.map(({ port }) => port)).size < settings.length) throw refuse('a port is there twice');
  const names = settings.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (new Set(names).size < names.length) throw refuse('two ports have the same name');
  for (const [name, value] of settings.flatMap(({ headers }) => headers)) checkField(name, value);
  return settings;
}

function checkField(name: string, value: string): void {
  if (!isToken(name)) throw refuse(`“${name}” is no name of a header`);
  if (FRAMING.has(name.toLowerCase())) throw refuse(`the header ${name} is the browser’s to set`);
  if (!isFieldValue(value)) throw refuse(`the value of the header ${name} has characters that headers cannot have`);
}

function refuse(detail: string): AppError {
  return new AppError('app/bad-settings', { detail });
}

/** Header fields as people write them, one a line. @throws AppError `app/bad-settings` for a line without a colon */
export function parseFieldLines(text: string): AppSettings['headers'] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map(parseFieldLine);
}

export function formatFieldLines(headers: AppSettings['headers']): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n');
}

function parseFieldLine(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw refuse(`“${line}” is no header: it has no colon`);
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
