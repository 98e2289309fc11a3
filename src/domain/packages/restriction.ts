import type { Alternatives, Relation } from './relation.ts';

/** For what a source package is built. */
export interface BuildTarget {
  /** Debian's name of the architecture, such as `i386`. */
  readonly architecture: string;
  /** Active build profiles, such as `nocheck`. */
  readonly profiles: readonly string[];
}

/** The relations that hold for a build; alternatives that do not are left out (Policy 7.1). */
export function relationsFor(groups: readonly Alternatives[], target: BuildTarget): readonly Alternatives[] {
  return groups.map((group) => group.filter((each) => appliesTo(each, target))).filter((group) => group.length > 0);
}

/** Whether a relation's restrictions let it apply: one of its architectures, and all of some list of profiles. */
function appliesTo({ architectures, profiles }: Relation, target: BuildTarget): boolean {
  return hasArchitecture(architectures ?? [], target.architecture) && hasProfiles(profiles ?? [], target.profiles);
}

function hasArchitecture(list: readonly string[], architecture: string): boolean {
  if (list.length === 0) return true;
  const excluded = list.filter((each) => each.startsWith('!'));
  if (excluded.some((each) => isMatch(each.slice(1), architecture))) return false;
  return excluded.length === list.length || list.some((each) => isMatch(each, architecture));
}

/** `any`, `linux-any`, `any-i386`, or a name (Policy 11.1); Debian's ports without another kernel are linux. */
function isMatch(wildcard: string, architecture: string): boolean {
  const [system = '', cpu = ''] = architecture.includes('-') ? architecture.split('-') : ['linux', architecture];
  const [wantedSystem, wantedCpu] = wildcard.split('-');
  if (wildcard === 'any' || wildcard === architecture) return true;
  if (wantedCpu === undefined) return false;
  return ['any', system].includes(wantedSystem ?? '') && ['any', cpu].includes(wantedCpu);
}

function hasProfiles(lists: readonly (readonly string[])[], active: readonly string[]): boolean {
  const holds = (term: string): boolean =>
    term.startsWith('!') ? !active.includes(term.slice(1)) : active.includes(term);
  return lists.length === 0 || lists.some((list) => list.every(holds));
}
