import { AppError } from '../errors/index.ts';

/** More than any page's address has; settings and links stay small. */
export const MAX_PATH_LENGTH = 2048;

/**
 * Where a page of an app begins, in the form that its address has: path, query and fragment.
 * @param text as a person writes it: with or without the first slash, or a whole address
 * @param root absolute URL of the app, ends with `/`: an address below it is the app's own
 * @throws AppError `app/bad-settings`
 */
export function parseStartPath(text: string, root = ''): string {
  const trimmed = text.trim();
  const given = root !== '' && trimmed.startsWith(root) ? `/${trimmed.slice(root.length)}` : trimmed;
  const url = /^https?:\/\//i.test(given) ? URL.parse(given) : URL.parse(`http://app${slashed(given)}`);
  if (!url) throw refuse(`${trimmed} is no address`);
  const path = `${url.pathname}${url.search}${url.hash}`;
  if (path.length > MAX_PATH_LENGTH) throw refuse(`an address has at most ${MAX_PATH_LENGTH} characters`);
  return path;
}

function slashed(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function refuse(detail: string): AppError {
  return new AppError('app/bad-settings', { detail });
}
