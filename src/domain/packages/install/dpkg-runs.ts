import type { Plan, Step } from '../resolve/index.ts';
import type { InstallMethod } from './methods.ts';

/** One call of dpkg. */
export interface DpkgRun {
  readonly action: 'remove' | 'unpack' | 'configure';
  /** Of packages. */
  readonly names: readonly string[];
}

/** What non-interactive maintainer scripts need: no questions, and the user's own configuration files stay (dpkg(1)). */
export const DPKG_OPTIONS = ['--force-confdef', '--force-confold'] as const;
export const DPKG_ENVIRONMENT: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
  LC_ALL: 'C.UTF-8',
};

/**
 * The calls that a plan takes: starting dpkg costs a second or more in an emulated machine, so steps alike share one.
 * @param methods what is done otherwise is left out
 */
export function dpkgRuns(
  { steps }: Pick<Plan, 'steps'>,
  methods: ReadonlyMap<string, InstallMethod> = new Map(),
): DpkgRun[] {
  const runs: { readonly action: DpkgRun['action']; readonly names: string[] }[] = [];
  for (const step of steps) {
    const names = namesOf(step).filter((name) => isForDpkg(step.action, methods.get(name)));
    const last = runs.at(-1);
    if (names.length === 0) continue;
    if (last?.action === step.action) last.names.push(...names);
    else runs.push({ action: step.action, names });
  }
  return runs;
}

function namesOf(step: Step): readonly string[] {
  return step.action === 'configure' ? step.packages : [step.package];
}

function isForDpkg(action: Step['action'], method: InstallMethod = 'dpkg'): boolean {
  return method === 'dpkg' || (method === 'unpacked' && action === 'configure');
}
