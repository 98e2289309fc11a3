import type { OriginPair } from '#domain/http/index.ts';
import { SetupError } from '../setup/setup-error.ts';

/**
 * Where a deployment has its shell and the pages of guests: `PORTOLAN_ORIGIN` and `PORTOLAN_APPS_ORIGIN` in the environment of
 * the build. Undefined when neither is set.
 * @throws SetupError that says which of them cannot be
 */
export function deployedOrigins(environment: Readonly<Record<string, string | undefined>>): OriginPair | undefined {
  const [shell, apps] = [environment['PORTOLAN_ORIGIN'], environment['PORTOLAN_APPS_ORIGIN']];
  if (shell === undefined && apps === undefined) return undefined;
  const pair = { shell: originOf('PORTOLAN_ORIGIN', shell), apps: originOf('PORTOLAN_APPS_ORIGIN', apps) };
  if (pair.shell === pair.apps)
    throw new SetupError('PORTOLAN_APPS_ORIGIN is PORTOLAN_ORIGIN: pages of guests need another');
  return pair;
}

function originOf(name: string, value: string | undefined): string {
  if (value === undefined)
    throw new SetupError(`${name} is not set: PORTOLAN_ORIGIN and PORTOLAN_APPS_ORIGIN go together`);
  const url = URL.parse(value);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.origin === value.replace(/\/$/, '');
  if (!isOrigin) throw new SetupError(`${name} is not an origin such as https://portolan.example: ${value}`);
  return url.origin;
}
