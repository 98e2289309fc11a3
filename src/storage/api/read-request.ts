import * as v from 'valibot';
import { AppError } from '#domain/errors/index.ts';
import { MAX_BODY_LENGTH } from './documents.ts';

/** The query of a request. A name that is there twice counts once, by its last value. @throws AppError `request/invalid` */
export function readQuery<S extends v.GenericSchema>(schema: S, { url }: Request): v.InferOutput<S> {
  return read(schema, Object.fromEntries(new URL(url).searchParams), 'its query');
}

/** The JSON in a request's body; nothing counts as an empty object. @throws AppError `request/invalid` */
export async function readBody<S extends v.GenericSchema>(schema: S, request: Request): Promise<v.InferOutput<S>> {
  const text = await request.text();
  if (text.length > MAX_BODY_LENGTH) throw new AppError('request/invalid', { detail: 'its body is too long.' });
  return read(schema, parse(text || '{}'), 'its body');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('request/invalid', { detail: 'its body is not JSON.' }, { cause });
  }
}

function read<S extends v.GenericSchema>(schema: S, value: unknown, place: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const detail = `${place} has a fault${path === null ? '' : ` at ${path}`}: ${issue.message}.`;
  throw new AppError('request/invalid', { detail });
}
