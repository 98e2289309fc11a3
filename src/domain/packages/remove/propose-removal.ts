import type { PackageEntry } from '../package-entry.ts';
import { explanationOf, type Explanation, type Problem } from '../resolve/index.ts';
import { InstalledPackages, type InstalledState } from './installed-packages.ts';

/** A service of the machine, and the packages without which it cannot run. */
export interface ServiceNeeds {
  readonly name: string;
  readonly packages: readonly string[];
}

export interface RemovalRequest extends InstalledState {
  readonly services: readonly ServiceNeeds[];
  /** Packages to remove, as dpkg calls them. */
  readonly names: readonly string[];
  /** Whether their configuration goes, too. */
  readonly purge: boolean;
}

/** A package that goes, and why. */
export interface Leaving {
  readonly name: string;
  readonly version: string;
  /** `wanted`: it was named. `dependent`: it needs one that goes. `unneeded`: it was there only for those that go. */
  readonly why: 'wanted' | 'dependent' | 'unneeded';
}

/** How packages leave a machine. */
export interface RemovalProposal {
  readonly kind: 'removal';
  /** Those that were named first. */
  readonly packages: readonly Leaving[];
  readonly purge: boolean;
  /** Bytes on disk that are freed. */
  readonly freedBytes: number;
  /** Services that go first: they cannot run without what is removed. */
  readonly services: readonly string[];
}

/**
 * Says what goes when packages are removed, or why they cannot be: those that need them, and those that are there only for them and
 * that nothing else needs. Never what the machine cannot do without, nor what it came with unless that is named. dpkg finds the order.
 * @throws AppError `format/invalid`
 */
export function proposeRemoval(request: RemovalRequest): RemovalProposal | Explanation {
  const installed = new InstalledPackages(request);
  const wanted = new Set(installed.entries.filter((entry) => request.names.includes(installed.label(entry))));
  const dependents = installed.dependents(wanted);
  const problems = [...missing(request.names, wanted, installed), ...obstacles(wanted, dependents, installed)];
  if (problems.length > 0) return explanationOf(problems);
  const unneeded = leftOvers(new Set([...wanted, ...dependents]), installed);
  return proposalOf({ wanted, dependents, unneeded }, installed, request);
}

/** Names of packages that are not there. */
function missing(names: readonly string[], wanted: ReadonlySet<PackageEntry>, installed: InstalledPackages): Problem[] {
  const found = [...wanted].map((entry) => installed.label(entry));
  const lacking = names.filter((name) => !found.includes(name));
  return lacking.map((name) => ({ kind: 'not-installed', package: name, text: `${name} is not installed.` }));
}

/** What must not go. */
function obstacles(
  wanted: ReadonlySet<PackageEntry>,
  dependents: ReadonlySet<PackageEntry>,
  installed: InstalledPackages,
): Problem[] {
  const about = (kind: Problem['kind'], entry: PackageEntry, words: string): Problem => {
    const name = installed.label(entry);
    return { kind, package: name, version: entry.version, text: `${name} ${words}` };
  };
  return [...wanted, ...dependents].flatMap((entry) => {
    const why = wanted.has(entry) ? 'is not removed:' : 'needs what is to be removed, and';
    if (entry.isEssential || entry.isProtected)
      return [about('essential', entry, `${why} the machine cannot do without it.`)];
    if (installed.isHeld(entry)) return [about('held', entry, `${why} it is held at ${entry.version}.`)];
    if (wanted.has(entry) || !installed.isOfContainer(entry)) return [];
    return [
      about('installed', entry, 'needs what is to be removed, and came with the machine. Name it, too, to remove it.'),
    ];
  });
}

/** Packages that are there only for those that go. Others that nobody needs any more were so before: they are left alone. */
function leftOvers(leaving: ReadonlySet<PackageEntry>, installed: InstalledPackages): ReadonlySet<PackageEntry> {
  const reached = [...installed.keptBy(leaving)].filter((entry) => !leaving.has(entry));
  const candidates = new Set(reached.filter((entry) => isOnlyForOthers(entry, installed)));
  const kept = installed.keptBy(installed.entries.filter((entry) => !leaving.has(entry) && !candidates.has(entry)));
  return new Set([...candidates].filter((entry) => !kept.has(entry)));
}

function isOnlyForOthers(entry: PackageEntry, installed: InstalledPackages): boolean {
  if (entry.isEssential || entry.isProtected || installed.isHeld(entry)) return false;
  return installed.isAutomatic(entry) && !installed.isOfContainer(entry);
}

function proposalOf(
  leaving: Readonly<Record<'wanted' | 'dependents' | 'unneeded', ReadonlySet<PackageEntry>>>,
  installed: InstalledPackages,
  { services, purge }: RemovalRequest,
): RemovalProposal {
  const { wanted, dependents, unneeded } = leaving;
  const all = [...wanted, ...dependents, ...unneeded];
  const gone = new Set(all.map((entry) => installed.label(entry)));
  const whyOf = (entry: PackageEntry): Leaving['why'] => {
    if (wanted.has(entry)) return 'wanted';
    return dependents.has(entry) ? 'dependent' : 'unneeded';
  };
  return {
    kind: 'removal',
    packages: all.map((entry) => ({ name: installed.label(entry), version: entry.version, why: whyOf(entry) })),
    purge,
    freedBytes: all.reduce((sum, { installedBytes }) => sum + installedBytes, 0),
    services: services.filter(({ packages }) => packages.some((name) => gone.has(name))).map(({ name }) => name),
  };
}
