import { mergedPath } from '../merged-path.ts';

/** Where something may not be on a machine when packages are written without its dpkg. */
export interface Places {
  /** Paths at which nothing may be. */
  readonly absent: readonly string[];
  /** Paths at which no folder may be. */
  readonly noFolders: readonly string[];
}

/**
 * The same for a machine that has none of the folders that no package of it has: for thousands of files in a new folder it is enough
 * that this is not there. A machine that does not keep to these may still keep to all of them.
 * @param owners of the machine's files and folders, by path
 */
export function placesInShort({ absent, noFolders }: Places, owners: ReadonlyMap<string, unknown>): Places {
  const isKnown = (folder: string): boolean => folder === '' || owners.has(mergedPath(folder));
  const topOf = (path: string): string => {
    const folder = folderOf(path);
    return isKnown(folder) ? path : topOf(folder);
  };
  const isInNew = (path: string): boolean => !isKnown(folderOf(path));
  return {
    absent: [...new Set([...absent, ...noFolders.filter(isInNew)].map(topOf))],
    noFolders: noFolders.filter((path) => !isInNew(path)),
  };
}

/** What a package puts somewhere. */
interface Put {
  /** Absolute paths of all but folders. */
  readonly paths: readonly string[];
  readonly folders: readonly string[];
}

/** Whether packages may be written in any order: where one has a file or a link, no other has something, nor below it. */
export function areApart(packages: readonly Put[]): boolean {
  const paths = packages.flatMap((each) => [...new Set(each.paths.map(mergedPath))]);
  const all = new Set(paths);
  const isBelow = (folder: string): boolean => folder !== '' && (all.has(folder) || isBelow(folderOf(folder)));
  const folders = packages.flatMap((each) => each.folders.map(mergedPath));
  return all.size === paths.length && ![...paths.map(folderOf), ...folders].some(isBelow);
}

/** Without a slash at its end: empty for the root. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
