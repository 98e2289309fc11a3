import { compareVersions, type PackageEntry, type Relation } from '#domain/packages/index.ts';

/**
 * What is wrong with a set of packages, by the letter of Policy chapter 7 and as slowly as it gets: nothing of the
 * resolver is used, so that it can be checked.
 */
export function faults(set: readonly PackageEntry[], native = 'i386'): string[] {
  return [...set.flatMap((entry) => unmet(entry, set, native)), ...set.flatMap((entry) => clashes(entry, set, native))];
}

function unmet(entry: PackageEntry, set: readonly PackageEntry[], native: string): string[] {
  const groups = [...entry.relations('Pre-Depends'), ...entry.relations('Depends')];
  return groups
    .filter((group) => !group.some((each) => set.some((other) => fulfils(other, each, entry, native))))
    .map((group) => `${title(entry)} lacks ${JSON.stringify(group)}`);
}

function clashes(entry: PackageEntry, set: readonly PackageEntry[], native: string): string[] {
  const against = [...entry.relations('Conflicts'), ...entry.relations('Breaks')].flat();
  const hit = set.filter((other) => against.some((each) => other.name !== entry.name && strikes(other, each, native)));
  const twins = set.filter((other) => other !== entry && other.name === entry.name && !areTwins(entry, other, native));
  return [...hit, ...twins].map((other) => `${title(entry)} is against ${title(other)}`);
}

function areTwins(a: PackageEntry, b: PackageEntry, native: string): boolean {
  const isSame = [a, b].every(({ multiArch }) => multiArch === 'same');
  return isSame && a.version === b.version && architecture(a, native) !== architecture(b, native);
}

/** Whether a package of a set needs, over however many others, itself, and one of these needs is a Pre-Depends. */
export function hasPreDependsCircle(set: readonly PackageEntry[], native = 'i386'): boolean {
  const needs = (by: PackageEntry, fields: readonly ('Depends' | 'Pre-Depends')[]): PackageEntry[] => {
    const relations = fields.flatMap((field) => by.relations(field).flat());
    return set.filter((other) => relations.some((each) => fulfils(other, each, by, native)));
  };
  return set.some((start) => {
    const seen = new Set(needs(start, ['Pre-Depends']));
    for (const each of seen) for (const need of needs(each, ['Pre-Depends', 'Depends'])) seen.add(need);
    return seen.has(start);
  });
}

/** Whether a package fulfils a relation of another one, as itself or by what it provides. */
export function fulfils(other: PackageEntry, relation: Relation, by: PackageEntry, native: string): boolean {
  return offers(other, relation).some(({ forArchitecture }) => {
    const own = architecture(other, native);
    switch (relation.qualifier) {
      case undefined:
        return [own, forArchitecture].includes(architecture(by, native)) || other.multiArch === 'foreign';
      case 'any':
        return other.multiArch === 'allowed' || other.multiArch === 'foreign';
      default:
        return [own, forArchitecture].includes(relation.qualifier === 'native' ? native : relation.qualifier);
    }
  });
}

/** Whether a Conflicts or Breaks is against a package. */
export function strikes(other: PackageEntry, relation: Relation, native: string): boolean {
  const { qualifier = 'any' } = relation;
  const isThere = qualifier === 'any' || (qualifier === 'native' ? native : qualifier) === architecture(other, native);
  return isThere && offers(other, relation).length > 0;
}

function offers(other: PackageEntry, { name, version }: Relation) {
  const provided = other.relations('Provides').flat();
  return [{ name: other.name, version: other.version, forArchitecture: undefined as string | undefined }]
    .concat(
      provided.map((each) => ({
        name: each.name,
        version: each.version?.version ?? '',
        forArchitecture: each.qualifier,
      })),
    )
    .filter((offer) => offer.name === name && (!version || (offer.version !== '' && fits(offer.version, version))));
}

function fits(have: string, { relation, version }: NonNullable<Relation['version']>): boolean {
  const order = Math.sign(compareVersions(have, version));
  return { '<<': [-1], '<=': [-1, 0], '=': [0], '>=': [0, 1], '>>': [1] }[relation].includes(order);
}

export function architecture(entry: PackageEntry, native: string): string {
  return entry.architecture === 'all' ? native : entry.architecture;
}

function title({ name, version, architecture: arch }: PackageEntry): string {
  return `${name}:${arch} ${version}`;
}
