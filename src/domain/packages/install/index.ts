/**
 * Putting packages onto a machine that are at hand as files: what they are, how they come there, what stands in their way, and what
 * dpkg is told. Not here: running it.
 */
export type { Places } from './direct-conditions.ts';
export { readDebFacts, skimDebFacts, surveyDeb, type DebFacts } from '../deb-facts.ts';
export { DPKG_ENVIRONMENT, DPKG_OPTIONS, dpkgRuns, type DpkgRun } from './dpkg-runs.ts';
export { parseFileLists, type FileConflict } from './file-conflicts.ts';
export type { InstallMethod } from './methods.ts';
export { notWanted, PackageRequestSchema, parseWanted, type PackageRequest } from './package-request.ts';
export { hasRoom, proposeInstall, type DirectConditions, type MachinePackages, type Proposal } from './propose.ts';
