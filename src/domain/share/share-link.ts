import * as v from 'valibot';
import { DigestSchema, type Digest } from '../container/index.ts';
import { AppError } from '../errors/index.ts';
import { decodePercent } from '../text/index.ts';

/** Most sources that a link may name; more would only make it slow. */
const MAX_SOURCES = 8;

/** A link to a container: its bytes are pinned, who delivers them is not. */
export interface ShareLink {
  readonly manifest: Digest;
  /** Absolute http(s) URLs of catalogs that may have it. */
  readonly from: readonly string[];
}

/** The link as the page's fragment: `#/boot/<manifest digest>?from=<source>…`. */
export function formatShareLink({ manifest, from }: ShareLink): string {
  const query = new URLSearchParams(from.map((url) => ['from', url])).toString();
  return `#/boot/${manifest}${query && `?${query}`}`;
}

/**
 * Reads a fragment; undefined when it is no share link at all.
 * @throws AppError `link/invalid` when it is one that cannot be understood
 */
export function parseShareLink(fragment: string): ShareLink | undefined {
  const match = /^#\/boot(?:\/([^?]*))?(?:\?(.*))?$/s.exec(fragment);
  if (!match) return undefined;
  const digest = v.safeParse(DigestSchema, decodePercent(match[1] ?? ''));
  if (!digest.success) throw invalid('the container’s digest is not sha256: and 64 hex digits');
  const from = new Set(new URLSearchParams(match[2] ?? '').getAll('from').map(checkSource));
  if (from.size > MAX_SOURCES) throw invalid(`it names ${from.size} sources, at most ${MAX_SOURCES} are read`);
  return { manifest: digest.output, from: [...from] };
}

function checkSource(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid('a source in it is not an http or https address');
  if (url.username || url.password) throw invalid('a source in it carries a password');
  return url.href;
}

function invalid(detail: string): AppError {
  return new AppError('link/invalid', { detail });
}
