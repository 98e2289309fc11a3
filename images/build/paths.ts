import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder `images/` of this repository. */
export const IMAGES_DIR = fileURLToPath(new URL('..', import.meta.url));

/** What the build leaves for the rest of the project (ignored by git). */
export const OUTPUT_DIR = fileURLToPath(new URL('../../build', import.meta.url));

/** Where slow steps keep their results between builds: `$XDG_CACHE_HOME/portolan`, else `~/.cache/portolan`. */
export function cacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'portolan');
}
