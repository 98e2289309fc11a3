/** What a path below `/app/` means. */
export interface AppPath {
  readonly machine: string;
  /** As the path names it: a port, or the name that the user has given to one. */
  readonly app: string;
  /** Undefined for a name: the machine knows whose it is. */
  readonly port: number | undefined;
  /** The path as the server in the guest has it; empty where the slash after the app is missing. */
  readonly path: string;
}

const FORM = /^\/app\/([a-z0-9][a-z0-9._-]{0,79})\/(\d{1,5}|[a-z][a-z0-9-]{0,39})(\/.*)?$/;

/**
 * Reads `/app/<machine>/<port or name>/…`; undefined for all else.
 * @param pathname without query
 * @param base what stands before `/app/`, as in `AppsPlace`
 */
export function parseAppPath(pathname: string, base: string): AppPath | undefined {
  if (!pathname.startsWith(base)) return undefined;
  const [, machine, app, path = ''] = FORM.exec(pathname.slice(base.length)) ?? [];
  if (machine === undefined || app === undefined) return undefined;
  if (!/^\d/.test(app)) return { machine, app, port: undefined, path };
  const port = Number(app);
  return port === 0 || port > 0xffff ? undefined : { machine, app, port, path };
}
