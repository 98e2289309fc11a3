import { AppError } from '../errors/index.ts';

/** Longer addresses are not typed by anyone, and some servers refuse them. */
const MAX_URL_LENGTH = 2000;

/**
 * The address of a catalog or of where one may be, as it is compared and kept: absolute, without fragment.
 * @throws AppError `source/bad-address` unless it is http or https, without a password
 */
export function checkCatalogUrl(text: string): string {
  const fail = (detail: string) => new AppError('source/bad-address', { url: text.slice(0, 200), detail });
  const url = URL.parse(text.trim());
  if (url === null) throw fail('it is not an absolute address.');
  if (!/^https?:$/.test(url.protocol)) throw fail('it is neither http nor https.');
  if (url.username !== '' || url.password !== '') throw fail('it carries a password.');
  const withoutFragment = url.href.slice(0, url.href.length - url.hash.length);
  if (withoutFragment.length > MAX_URL_LENGTH) throw fail('it is too long.');
  // A lone # is a fragment of no length.
  return withoutFragment.replace(/#$/, '');
}

/**
 * Where the catalog may be that someone means by an address: itself, or below the folder (or the page of a Portolan, or
 * the older server) that it names, likeliest first.
 * @throws as `checkCatalogUrl`
 */
export function catalogCandidates(text: string): readonly string[] {
  const url = checkCatalogUrl(text);
  const { pathname, search } = new URL(url);
  if (/(?:\.json|\/api\/v1\/catalog)$/.test(pathname)) return [url];
  const page = url.slice(0, url.length - search.length).replace(/\/index\.html?$/, '/');
  const folder = page.endsWith('/') ? page : `${page}/`;
  return ['catalog.json', 'catalog/catalog.json', 'api/v1/catalog'].map((path) => `${folder}${path}`);
}
