/**
 * Debian packages: lists of them, what they need, and how a machine gets them. Pure: bytes come in, plans go out.
 * Not here: where the bytes come from, and what is done with a plan.
 */
export { compareVersions, isVersion } from './version.ts';
export { formatAlternatives, parseRelations, type Alternatives, type Relation, type RelationForm } from './relation.ts';
export { relationsFor, type BuildTarget } from './restriction.ts';
export { parseExtendedStates, withAutomatic } from './extended-states.ts';
export { PackageEntry } from './package-entry.ts';
export { parseIndex, type PackageIndex, type Provider } from './package-index.ts';
export { parseStatus, type InstalledPackage, type Status } from './status.ts';
export {
  resolve,
  type Explanation,
  type Plan,
  type PlannedPackage,
  type Problem,
  type RemovedPackage,
  type ResolveRequest,
  type Step,
} from './resolve/index.ts';
