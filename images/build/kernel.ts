import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from './build-error.ts';
import { cachedStep } from './cached-step.ts';
import { logProgress } from './log.ts';
import { packageDir, type Pin } from './packages.ts';
import { IMAGES_DIR } from './paths.ts';
import { firstLineOf, runCommand } from './run-command.ts';

/** Jobs of `make`: as many as there are cores is what a build that shares the machine may take. */
const JOBS = '2';

/** What the kernel would otherwise take from the machine, and options of the compiler. */
const FIXED_BUILD = {
  KBUILD_BUILD_TIMESTAMP: 'Sun Nov  1 00:00:00 UTC 2026',
  KBUILD_BUILD_USER: 'portolan',
  KBUILD_BUILD_HOST: 'portolan',
  KBUILD_BUILD_VERSION: '1',
  // Aligned code is for caches of real processors; here the padding is only more to load and to decode.
  KCFLAGS: '-falign-functions=1 -falign-jumps=1 -falign-loops=1 -falign-labels=1',
};

/**
 * The kernel for these options, compiled if no build has done so yet (about ten minutes of processor time).
 * @param source Debian's package of kernel source
 * @returns path of the bzImage
 * @throws BuildError when an option is unknown to the kernel, or the compiler fails
 */
export async function buildKernel(source: Pin): Promise<string> {
  const options = await readFile(join(IMAGES_DIR, 'kernel', 'portolan.config'), 'utf8');
  const [compiler, linker] = await Promise.all([firstLineOf(['gcc', '--version']), firstLineOf(['ld', '--version'])]);
  const inputs = { source: source.sha256, options, compiler, linker, fixed: FIXED_BUILD };
  const dir = await cachedStep({ name: 'kernel', inputs, make: (into) => compile(source, options, into) });
  return join(dir, 'bzImage');
}

async function compile(source: Pin, options: string, dir: string): Promise<void> {
  const work = join(dir, 'work');
  const tree = await unpackSource(source, work);
  const make = (...args: string[]): Promise<string> =>
    runCommand(['nice', 'make', '-C', tree, 'ARCH=i386', `-j${JOBS}`, ...args], { env: FIXED_BUILD });
  await copyFile(join(IMAGES_DIR, 'kernel', 'portolan.config'), join(tree, 'kernel', 'configs', 'portolan.config'));
  await make('tinyconfig', 'portolan.config');
  refuseLostOptions(options, await readFile(join(tree, '.config'), 'utf8'));
  logProgress('kernel: compiling (minutes)');
  await make('bzImage');
  await copyFile(join(tree, 'arch/x86/boot/bzImage'), join(dir, 'bzImage'));
  await rm(work, { recursive: true });
}

async function unpackSource(source: Pin, work: string): Promise<string> {
  logProgress('kernel: unpacking its source');
  await mkdir(work, { recursive: true });
  await runCommand(['dpkg-deb', '-x', join(packageDir(), source.file), work]);
  const [name = ''] = source.package.split('=');
  await runCommand(['tar', '-xf', join(work, 'usr/src', `${name}.tar.xz`), '-C', work]);
  return join(work, name);
}

/** kconfig drops what it does not know or what lacks a dependency, and says nothing. */
function refuseLostOptions(wanted: string, actual: string): void {
  const lost = lostOptions(wanted, actual);
  if (lost.length > 0) throw new BuildError(`the kernel's configuration does not take: ${lost.join(', ')}`);
}

/** The lines of a fragment that a complete configuration does not follow. */
export function lostOptions(wanted: string, actual: string): string[] {
  const lines = new Set(actual.split('\n'));
  const isSet = (name: string): boolean => actual.includes(`\n${name}=`);
  return wanted.split('\n').filter((line) => {
    const off = /^# (?<name>CONFIG_\w+) is not set$/.exec(line)?.groups?.['name'];
    return off === undefined ? line.startsWith('CONFIG_') && !lines.has(line) : isSet(off);
  });
}
