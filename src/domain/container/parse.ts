import * as v from 'valibot';
import { AppError } from '../errors/index.ts';

/**
 * Parses JSON text by a schema.
 * @param what names the document in the error's text
 * @throws AppError `format/invalid`
 */
export function parseJson<S extends v.GenericSchema>(schema: S, text: string, what: string): v.InferOutput<S> {
  return parseValue(schema, readJson(text, what), what);
}

/** The value of JSON text. @throws as `parseJson` */
export function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('format/invalid', { what, detail: 'it is not JSON' }, { cause });
  }
}

/** A value by a schema. It is left at the first fault: a hostile document may have millions. @throws as `parseJson` */
export function parseValue<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new AppError('format/invalid', { what, detail: describe(result.issues[0]) });
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
