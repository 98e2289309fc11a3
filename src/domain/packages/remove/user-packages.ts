import { InstalledPackages, type InstalledState } from './installed-packages.ts';

/** A package that the user has asked for. */
export interface UserPackage {
  /** As dpkg calls it. */
  readonly name: string;
  readonly version: string;
  /** One line. */
  readonly description: string;
  /** Bytes on disk, as the packager estimates them. */
  readonly installedBytes: number;
}

/** What the machine did not come with, and what is not there only for others, by name. @throws AppError `format/invalid` */
export function userPackages(state: InstalledState): UserPackage[] {
  const installed = new InstalledPackages(state);
  return installed.entries
    .filter((entry) => !installed.isOfContainer(entry) && !installed.isAutomatic(entry))
    .map((entry) => ({
      name: installed.label(entry),
      version: entry.version,
      description: entry.stanza.get('Description')?.split('\n', 1)[0] ?? '',
      installedBytes: entry.installedBytes,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
