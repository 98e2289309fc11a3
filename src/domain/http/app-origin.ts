/** A shell's origin and that of its apps, where a deployment has said what they are. */
export interface OriginPair {
  readonly shell: string;
  readonly apps: string;
}

/**
 * Where no deployment says otherwise, pages of guests are at a host below the shell's: another origin, but the same site, or
 * browsers would keep the two apart.
 */
const PREFIX = 'apps.';

/** Hosts that have nothing below them. */
const NO_NAME = /^(?:localhost|[\d.]+|\[.*\])$/;

/**
 * The origin of apps that belongs to a shell's; undefined where there is none.
 * @param said by the deployment; a copy of its files elsewhere goes by the rule
 */
export function appsOriginOf(shell: string, said?: OriginPair): string | undefined {
  if (said?.shell === shell) return said.apps;
  const { protocol, host, hostname } = new URL(shell);
  return NO_NAME.test(hostname) ? undefined : `${protocol}//${PREFIX}${host}`;
}

/** True for a host at which pages of guests are. @param host with its port */
export function isAppsHost(host: string, said?: OriginPair): boolean {
  return host.startsWith(PREFIX) || (said !== undefined && host === new URL(said.apps).host);
}

/** The shell's origin that an origin of apps belongs to. @throws RangeError when it is no origin of apps */
export function shellOriginOf(apps: string, said?: OriginPair): string {
  if (said?.apps === apps) return said.shell;
  const { protocol, host } = new URL(apps);
  if (!host.startsWith(PREFIX)) throw new RangeError(`${apps} is not where apps are`);
  return `${protocol}//${host.slice(PREFIX.length)}`;
}
