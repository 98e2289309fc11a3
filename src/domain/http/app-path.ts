/** What a path below `/app/` means. */
export interface AppPath {
  readonly machine: string;
  /** As the path names it. */
  readonly app: string;
  readonly port: number;
  /** The path as the server in the guest has it; empty where the slash after the app is missing. */
  readonly path: string;
}

const FORM = /^\/app\/([a-z0-9][a-z0-9._-]{0,79})\/(\d{1,5})(\/.*)?$/;

/** Reads `/app/<machine>/<port>/…`; undefined for all else. @param pathname without query */
export function parseAppPath(pathname: string): AppPath | undefined {
  const [, machine, app, path = ''] = FORM.exec(pathname) ?? [];
  const port = Number(app);
  if (machine === undefined || app === undefined || port === 0 || port > 0xffff) return undefined;
  return { machine, app, port, path };
}
