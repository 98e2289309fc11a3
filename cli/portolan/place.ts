import { existsSync } from 'node:fs';
import type { CatalogEntry } from '#domain/container/index.ts';
import { findEntry, openPublication, type Publication } from '../../publishing/index.ts';

/** A container of a catalog. */
export interface Place {
  readonly publication: Publication;
  readonly entry: CatalogEntry;
}

/** Splits `DIR#id` or `URL#id`. A folder whose own name has a `#` is taken whole. */
export function splitPlace(text: string): { readonly location: string; readonly reference: string | undefined } {
  const at = text.lastIndexOf('#');
  if (at === -1 || existsSync(text)) return { location: text, reference: undefined };
  return { location: text.slice(0, at), reference: text.slice(at + 1) };
}

/** Finds what `DIR#id`, `DIR#id@version`, `URL#sha256:…` name. @throws PublishError, AppError */
export async function openPlace(text: string): Promise<Place> {
  const { location, reference } = splitPlace(text);
  const publication = await openPublication(location);
  return { publication, entry: await findEntry(publication, reference) };
}
