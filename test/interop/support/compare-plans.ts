import { resolve, type PackageEntry, type PackageIndex, type Plan, type Status } from '#domain/packages/index.ts';
import { faults, fulfils } from '../../domain/packages/support/consistency.ts';
import { followPlan } from '../../domain/packages/support/follow-plan.ts';
import type { Simulation } from './simulated-apt.ts';

const NATIVE = 'i386';

/** Where apt's answer and ours are not the same, and why. */
export interface Difference {
  readonly wanted: string;
  /** Undefined when no kind of difference that we know of fits. */
  readonly kind: string | undefined;
  readonly onlyApt: readonly string[];
  readonly onlyOurs: readonly string[];
  /** What we say, or apt where it fails. */
  readonly words: string;
}

interface Ours {
  readonly plan: Plan | undefined;
  readonly installed: readonly string[];
  readonly removed: readonly string[];
  readonly words: string;
}

/** Compares one package's answers; our own one is also followed as dpkg would. Where something has to go, we say so. */
export function comparePlans(wanted: string, apt: Simulation, index: PackageIndex, status: Status) {
  const ours = answer(wanted, index, status);
  const outcome = ours.plan ? followPlan(ours.plan, index, status) : { after: [], violations: [] };
  const wrong = [...outcome.violations, ...faults(outcome.after)];
  const [a, b] = [apt, ours].map(({ installed, removed }) => [...installed, ...removed.map((name) => `-${name}`)]);
  const onlyApt = (a ?? []).filter((each) => b?.includes(each) !== true);
  const onlyOurs = (b ?? []).filter((each) => a?.includes(each) !== true);
  const isSame = onlyApt.length + onlyOurs.length === 0 && apt.failed === (ours.plan === undefined);
  if (isSame) return { wrong, difference: undefined };
  const words = apt.failed ? apt.output.slice(-800) : ours.words;
  const kind = kindOf({ apt, ours, onlyApt, onlyOurs, index, after: outcome.after });
  return { wrong, difference: { wanted, kind, onlyApt, onlyOurs, words } satisfies Difference };
}

function answer(wanted: string, index: PackageIndex, status: Status): Ours {
  const first = resolve({ index, status, wanted: [wanted] });
  const removed = first.kind === 'impossible' ? [...first.removals].toSorted() : [];
  const plan = removed.length > 0 ? resolve({ index, status, wanted: [wanted], remove: removed }) : first;
  const words = first.kind === 'impossible' ? first.text : '';
  if (plan.kind === 'impossible') return { plan: undefined, installed: [], removed, words };
  return { plan, installed: plan.packages.map(({ name, version }) => `${name} ${version}`).toSorted(), removed, words };
}

interface Case {
  readonly apt: Simulation;
  readonly ours: Ours;
  readonly onlyApt: readonly string[];
  readonly onlyOurs: readonly string[];
  readonly index: PackageIndex;
  /** What is on the machine after our plan. */
  readonly after: readonly PackageEntry[];
}

/** The kinds of difference that are known, each with a check of its own. */
function kindOf(found: Case): string | undefined {
  const { apt, ours, onlyApt, onlyOurs } = found;
  if (apt.failed && ours.plan) return 'apt gives up where there is a plan that breaks no rule';
  if (apt.failed || !ours.plan) return undefined;
  const [theirs, mine] = [entriesOf(onlyApt, found.index), entriesOf(onlyOurs, found.index)];
  if (isChoice(theirs, mine, found.after)) return 'one need, several packages that fulfil it: apt took another one';
  if (onlyOurs.length === 0 && faults(found.after).length === 0) return 'apt installs more than is needed';
  return undefined;
}

function entriesOf(titles: readonly string[], index: PackageIndex): PackageEntry[] {
  return titles.flatMap((title) => {
    const [name = '', version] = title.split(' ');
    return index.versions(name).filter((entry) => entry.version === version);
  });
}

/** Whether a package of both plans has a need that one of theirs and one of ours fulfil alike. */
function isChoice(
  theirs: readonly PackageEntry[],
  mine: readonly PackageEntry[],
  after: readonly PackageEntry[],
): boolean {
  return after.some((by) =>
    [...by.relations('Pre-Depends'), ...by.relations('Depends')].some((group) => {
      const isFulfilledBy = (entry: PackageEntry): boolean => group.some((each) => fulfils(entry, each, by, NATIVE));
      return theirs.some(isFulfilledBy) && mine.some(isFulfilledBy);
    }),
  );
}
