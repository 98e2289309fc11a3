import { parseAppPath, type AppPath } from '#domain/http/index.ts';

/** The app that a window's address is of; undefined for all other windows. @param origin of apps */
export function appOfClient(address: string, origin: string): AppPath | undefined {
  const url = URL.parse(address);
  return url?.origin === origin ? parseAppPath(url.pathname) : undefined;
}
