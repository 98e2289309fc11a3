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
  const names = steps.flat();
  if (plan.removed.length > 0) return new Map(names.map((name) => [name, 'dpkg']));
  const canWrite = (name: string, isQuiet: (facts: DebFacts) => boolean): boolean => {
    const facts = factsOf(name);
    return facts !== undefined && isQuiet(facts) && canWriteDirectly(facts, known, rules);
  };
  // What scripts left was seen where all that a package needs was set up: so it is here, up to the first of another kind.
  const isRehearsed = (name: string): boolean => canWrite(name, ({ hasEffects }) => hasEffects);
  const first = steps.findIndex((group) => !group.every(isRehearsed));
  const configured = (first === -1 ? steps : steps.slice(0, first)).flat();
  const rest = names.slice(configured.length);
  const isQuiet = rest.every((name) => canWrite(name, ({ scripts }) => !scripts.has('preinst')));
  return new Map([
    ...configured.map((name): [string, InstallMethod] => [name, 'configured']),
    ...rest.map((name): [string, InstallMethod] => [name, isQuiet ? 'unpacked' : 'dpkg']),
  ]);
}
