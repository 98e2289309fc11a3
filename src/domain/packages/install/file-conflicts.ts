import { mergedPath } from '../merged-path.ts';
import type { PackageEntry } from '../package-entry.ts';
import { fitsVersion } from '../relation.ts';

/** A package that is to be installed, with what it brings. */
export interface Incoming {
  readonly entry: PackageEntry;
  /** Absolute paths of all but folders. */
  readonly paths: readonly string[];
}

/** Two packages that bring the same file: dpkg refuses the second. */
export interface FileConflict {
  readonly path: string;
  readonly package: string;
  /** The package that has it. */
  readonly owner: string;
}

/** Where files of a machine come from. */
export interface OwnedFiles {
  /** By path. */
  readonly owners: ReadonlyMap<string, string>;
  /** Versions of installed packages, by name. */
  readonly versions: ReadonlyMap<string, string>;
}

/**
 * Finds files that several packages bring, where none of them says that it replaces the other (Policy 7.6.1).
 * @param gone packages that are removed, or of which another version comes
 */
export function findFileConflicts(
  incoming: readonly Incoming[],
  { owners, versions }: OwnedFiles,
  gone: ReadonlySet<string>,
): FileConflict[] {
  const brought = new Map<string, Incoming>();
  const conflicts: FileConflict[] = [];
  for (const one of incoming) {
    for (const path of one.paths.map(mergedPath)) {
      const [before, owner] = [brought.get(path), owners.get(path)];
      const isOwned = owner !== undefined && owner !== one.entry.name && !gone.has(owner);
      if (
        before &&
        !replaces(one, before.entry.name, before.entry.version) &&
        !replaces(before, one.entry.name, one.entry.version)
      )
        conflicts.push({ path, package: one.entry.name, owner: before.entry.name });
      else if (isOwned && !replaces(one, owner, versions.get(owner)))
        conflicts.push({ path, package: one.entry.name, owner });
      brought.set(path, one);
    }
  }
  return conflicts;
}

/**
 * Who owns which file, from dpkg's lists.
 * @param lists the lists one after the other, a line such as `==> nginx-common.list <==` before each (tail(1)); architectures in
 * their names do not count
 */
export function parseFileLists(lists: string): Map<string, string> {
  const owners = new Map<string, string>();
  let owner: string | undefined;
  for (const line of lists.split('\n')) {
    const [, name] = /^==> ([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\.list <==$/.exec(line) ?? [];
    if (name !== undefined) owner = name;
    else if (owner !== undefined && line.startsWith('/') && line !== '/.') owners.set(mergedPath(line), owner);
  }
  return owners;
}

function replaces({ entry }: Incoming, other: string, version: string | undefined): boolean {
  return entry.relations('Replaces').some(([relation]) => {
    if (relation?.name !== other) return false;
    return relation.version === undefined || (version !== undefined && fitsVersion(version, relation.version));
  });
}
