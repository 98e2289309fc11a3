import { DigestSchema, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { decodePercent } from '#domain/text/index.ts';
import * as v from 'valibot';
import type { PartName } from './container.ts';

/** What is asked for at `c/<manifest digest>/…`. */
export type ContentTarget =
  | { readonly name: 'part'; readonly part: PartName }
  | { readonly name: 'manifest' }
  | { readonly name: 'blob'; readonly blob: Digest }
  | { readonly name: 'fetch' }
  | { readonly name: 'status' };

export interface ContentAddress {
  readonly manifest: Digest;
  readonly target: ContentTarget;
  /** Catalogs that may have it, beside those of the user's sources. */
  readonly from: readonly string[];
}

/** Most catalogs that one request may name. */
const MAX_FROM = 16;

/** True for the URLs of containers' content. @param scope absolute URL, ends with `/` */
export function isContentUrl(url: string, scope: string): boolean {
  return url.startsWith(`${scope}c/`);
}

/**
 * Reads such a URL.
 * @throws AppError `request/invalid`
 */
export function parseContentUrl(url: string, scope: string): ContentAddress {
  const { pathname, searchParams } = new URL(url);
  const path = pathname.slice(new URL(scope).pathname.length);
  const [, manifest = '', rest = ''] = /^c\/([^/]*)\/(.*)$/s.exec(path) ?? [];
  const target = parseTarget(rest);
  if (!target) throw badRequest(`“${rest}” is nothing that a container has`);
  const from = searchParams.getAll('from').map(parseSource);
  if (from.length > MAX_FROM) throw badRequest(`it names more than ${MAX_FROM} catalogs`);
  return { manifest: parseDigest(manifest), target, from };
}

/** The URL at which `path` of a container is. @param path as in `disk`, `blobs/<digest>` */
export function contentUrl(scope: string, manifest: Digest, path: string, from: readonly string[] = []): string {
  const query = new URLSearchParams(from.map((url) => ['from', url])).toString();
  return `${scope}c/${manifest}/${path}${query && `?${query}`}`;
}

function parseTarget(path: string): ContentTarget | undefined {
  if (path === 'manifest' || path === 'fetch' || path === 'status') return { name: path };
  const part = parsePart(path);
  if (part) return { name: 'part', part };
  const [, blob] = /^blobs\/(.*)$/s.exec(path) ?? [];
  return blob === undefined ? undefined : { name: 'blob', blob: parseDigest(blob) };
}

/** Undefined for what is no part by its name. */
export function parsePart(name: string): PartName | undefined {
  if (name === 'disk' || name === 'packages') return name;
  const [, number] = /^snapshots\/(\d{1,4})$/.exec(name) ?? [];
  return number === undefined ? undefined : `snapshots/${Number(number)}`;
}

function parseDigest(text: string): Digest {
  const digest = v.safeParse(DigestSchema, decodePercent(text));
  if (digest.success) return digest.output;
  throw badRequest('a digest is sha256: and 64 hex digits in lower case');
}

function parseSource(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  throw badRequest('a catalog in it is not an http or https address');
}

function badRequest(detail: string): AppError {
  return new AppError('request/invalid', { detail: `${detail}.` });
}
