import { canWriteDirectly, type UnpackRules } from '../direct/index.ts';
import type { Plan } from '../resolve/index.ts';
import type { DebFacts } from '../deb-facts.ts';

/**
 * How a package comes onto a machine. `configured`: its files and what its scripts would leave are written, as dpkg would have them;
 * `unpacked`: its files are written, and dpkg sets it up; `dpkg`: dpkg does all of it.
 */
export type InstallMethod = 'configured' | 'unpacked' | 'dpkg';

/**
 * The fastest method for each package that leaves what dpkg would leave.
 * @param factsOf what was read of a planned package
 * @param known names of all packages that the machine has ever heard of
 */
export function chooseMethods(
  plan: Plan,
  factsOf: (name: string) => DebFacts | undefined,
  known: ReadonlySet<string>,
  rules: UnpackRules,
): ReadonlyMap<string, InstallMethod> {
  const steps = plan.steps.flatMap((step) => (step.action === 'configure' ? [step.packages] : []));
  const isDirect = (name: string): boolean => {
    const facts = factsOf(name);
    return facts !== undefined && canWriteDirectly(facts, known, rules);
  };
  const hasEffects = (name: string): boolean => isDirect(name) && factsOf(name)?.hasEffects === true;
  // What scripts left was seen where all that a package needs was set up: so it is here, up to the first of another kind.
  const first = steps.findIndex((names) => !names.every(hasEffects));
  const configured = (first === -1 ? steps : steps.slice(0, first)).flat();
  const rest = steps.flat().slice(configured.length);
  const isQuiet = rest.every((name) => isDirect(name) && !factsOf(name)?.scripts.has('preinst'));
  if (plan.removed.length > 0) return new Map(steps.flat().map((name) => [name, 'dpkg']));
  return new Map([
    ...configured.map((name): [string, InstallMethod] => [name, 'configured']),
    ...rest.map((name): [string, InstallMethod] => [name, isQuiet ? 'unpacked' : 'dpkg']),
  ]);
}
