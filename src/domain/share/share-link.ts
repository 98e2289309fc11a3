import * as v from 'valibot';
import { DigestSchema, type Digest } from '../container/index.ts';
import { AppError } from '../errors/index.ts';
import { parseStartPath } from '../http/index.ts';
import { decodePercent } from '../text/index.ts';

/** Most sources that a link may name; more would only make it slow. */
const MAX_SOURCES = 8;

/** A link to a container: its bytes are pinned, who delivers them is not. */
export interface ShareLink {
  readonly manifest: Digest;
  /** Absolute http(s) URLs of catalogs that may have it. */
  readonly from: readonly string[];
  /** The page that it leads to, once a machine of the container runs. */
  readonly app?: AppTarget | undefined;
}

/** A page of a web server in a machine. */
export interface AppTarget {
  readonly port: number;
  /** Path, query and fragment. */
  readonly path: string;
}

/** The link as the page's fragment: `#/boot/<manifest digest>?app=<port><path>&from=<source>…`. */
export function formatShareLink({ manifest, from, app }: ShareLink): string {
  const query = new URLSearchParams([
    ...(app ? [['app', `${app.port}${app.path}`]] : []),
    ...from.map((url) => ['from', url]),
  ]).toString();
  // A full stop at the end of a link is taken for that of a sentence.
  return `#/boot/${manifest}${query && `?${query.replace(/\.$/, '%2E')}`}`;
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
  const query = new URLSearchParams(match[2] ?? '');
  const from = new Set(query.getAll('from').map(checkSource));
  if (from.size > MAX_SOURCES) throw invalid(`it names ${from.size} sources, at most ${MAX_SOURCES} are read`);
  const [app, ...others] = query.getAll('app').map(checkApp);
  if (others.length > 0) throw invalid('it leads to more than one app');
  return { manifest: digest.output, from: [...from], ...(app && { app }) };
}

function checkApp(text: string): AppTarget {
  const [, digits, path = ''] = /^(\d{1,5})(\/.*)?$/s.exec(text) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 0xffff)) throw invalid('the app in it has no port between 1 and 65535');
  try {
    return { port, path: parseStartPath(path) };
  } catch {
    throw invalid('the address of the app in it is too long');
  }
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
