/** Folders that are links to those below /usr on machines of today (Debian's merged /usr). */
const MERGED = /^\/(?=(?:bin|sbin|lib|lib32|lib64|libx32|libo32)(?:\/|$))/;

/** The one path of a file that packages name in two ways. */
export function mergedPath(path: string): string {
  return path.replace(MERGED, '/usr/');
}
