/**
 * What setting a package up leaves on a new machine: the files that its scripts made. Whoever publishes it has run the scripts; for
 * packages whose scripts did more than make files, nothing is said.
 */

/** In that part, files of these paths are stanzas that are added to a database of debconf's (debconf-devel(7)). */
export const DEBCONF_FILES = ['var/cache/debconf/config.dat', 'var/cache/debconf/templates.dat'] as const;

/** Whether a path of that part is a file that is written as it is: of dpkg's own folders nothing is taken. */
export function isWritten(path: string): boolean {
  return !DEBCONF_FILES.some((each) => each === path) && !/^var\/lib\/dpkg\/(?!alternatives\/)/.test(path);
}
