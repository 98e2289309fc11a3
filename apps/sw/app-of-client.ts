import { parseAppPath, type AppPath, type AppsPlace } from '#domain/http/index.ts';

/** The app that a window's address is of; undefined for all other windows. */
export function appOfClient(address: string, { origin, base }: AppsPlace): AppPath | undefined {
  const url = URL.parse(address);
  return url?.origin === origin ? parseAppPath(url.pathname, base) : undefined;
}
