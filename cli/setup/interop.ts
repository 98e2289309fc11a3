import { say } from '../process/say.ts';
import { install, isProgram, mayInstall } from './debian.ts';
import { SetupError } from './setup-error.ts';

/** Programs of others that have to understand what we write, and we them. Debian's packages have the same names. */
const PROGRAMS = ['dpkg', 'minisign', 'skopeo', 'zstd'];

/**
 * Makes sure that the programs are there, through apt-get where this process may.
 * @throws SetupError when they are not, and cannot be installed
 */
export async function ensureInteropPrograms(): Promise<void> {
  const missing = PROGRAMS.filter((name) => !isProgram(name));
  if (missing.length === 0) return;
  const names = missing.join(' ');
  if (!mayInstall())
    throw new SetupError(`The tests need ${missing.join(', ')}: install them (Debian: sudo apt-get install ${names}).`);
  say(`Installing ${missing.join(', ')} for the tests (apt-get install ${names}) …`);
  await install(missing);
}
