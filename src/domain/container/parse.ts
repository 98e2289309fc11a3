import * as v from 'valibot';
import { AppError } from '../errors/index.ts';

/**
 * Parses JSON text by a schema.
 * @param what names the document in the error's text
 * @throws AppError `format/invalid`
 */
export function parseJson<S extends v.GenericSchema>(schema: S, text: string, what: string): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('format/invalid', { what, detail: 'it is not JSON' }, { cause });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new AppError('format/invalid', { what, detail: describe(result.issues[0]) });
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
