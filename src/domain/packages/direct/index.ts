/**
 * Packages as dpkg leaves them on a machine, made outside of it: an archive to be unpacked at its root and lines for dpkg's
 * database, for packages where that is the same as what dpkg would do. Not here: running anything on the machine.
 */
export { canWriteDirectly, knownNames, parseUnpackRules, type UnpackRules, type UnpackTexts } from './rules.ts';
export { DirectArchive, type DirectFiles, type LargeFile } from './direct-archive.ts';
export { DEBCONF_FILES, isWritten } from './effects.ts';
export { PathFilters } from './path-filters.ts';
