import { CatalogSchema, parseValue, readJson, type CatalogEntry } from '../container/index.ts';
import { AppError } from '../errors/index.ts';
import { isOlderCatalog, readForeignEntries, type ForeignEntry } from './foreign.ts';

/** Longest text of a catalog, looked at before anything else is. */
export const MAX_CATALOG_BYTES = 8 * 1024 * 1024;

/** Keys that reach the prototype of an object where code copies them carelessly. No catalog needs them. */
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype'];

/** What a source lists. */
export interface Listing {
  readonly entries: readonly CatalogEntry[];
  readonly foreign: readonly ForeignEntry[];
}

/**
 * Reads a catalog that anyone may have written: catalog.json, or the older server's form. All of it or nothing.
 * @param url of the catalog
 * @throws AppError `format/invalid`, which names the catalog and the place of the fault
 */
export function readListing(text: string, url: string): Listing {
  const what = `The catalog ${url}`;
  const fail = (detail: string) => new AppError('format/invalid', { what, detail });
  if (text.length > MAX_CATALOG_BYTES) throw fail(`it is longer than ${MAX_CATALOG_BYTES} bytes`);
  const value = readJson(text, what);
  const listing = isOlderCatalog(value)
    ? { entries: [], foreign: readForeignEntries(value, url, what) }
    : { entries: parseValue(CatalogSchema, value, what).entries, foreign: [] };
  const key = prototypeKey(value);
  if (key !== undefined) throw fail(`it has a key named ${key}`);
  const twice = firstTwice(listing);
  if (twice !== undefined) throw fail(`it lists ${twice} twice`);
  return listing;
}

/** The first such key at any depth. Without recursion, which a deep document would exhaust. */
function prototypeKey(document: unknown): string | undefined {
  const rest = [document];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    const key = PROTOTYPE_KEYS.find((name) => Object.hasOwn(value, name));
    if (key !== undefined) return key;
    // Not by push(...values): a million arguments are too many for a call.
    for (const part of Object.values(value)) rest.push(part);
  }
  return undefined;
}

/** Several versions of an id are well; two things under one name and version are not. */
function firstTwice({ entries, foreign }: Listing): string | undefined {
  const names = [...entries.map(({ id, version }) => `${id} ${version}`), ...foreign.map(({ id }) => id)];
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
