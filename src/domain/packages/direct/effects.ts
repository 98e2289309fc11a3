/** In the effects of a package (`EFFECTS_MEMBER`), files of these paths are stanzas that are added to debconf's databases (debconf-devel(7)). */
export const DEBCONF_FILES = ['var/cache/debconf/config.dat', 'var/cache/debconf/templates.dat'] as const;

/** Whether a path of effects is a file that is written as it is: of dpkg's own folders nothing is taken. */
export function isWritten(path: string): boolean {
  return !DEBCONF_FILES.some((each) => each === path) && !/^var\/lib\/dpkg\/(?!alternatives\/)/.test(path);
}
