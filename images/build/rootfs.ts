import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '../recipes/index.ts';
import { cachedStep } from './cached-step.ts';
import { describeTree, packFiles } from './file-tree.ts';
import { compileGuestProgram, compilerInputs } from './guest-program.ts';
import { packageDir, type Pin } from './packages.ts';
import { IMAGES_DIR } from './paths.ts';
import { IS_ROOT, withSharedDir } from './root-runner.ts';
import { runCommand } from './run-command.ts';

/** Debian's own hook: /bin, /sbin and /lib are links into /usr. */
const MERGED_USR = '/usr/share/mmdebstrap/hooks/merged-usr';
/** The one program of ours that is compiled: where its source is, and where it lies in the guest. */
const RESEED = { source: join(IMAGES_DIR, 'rootfs', 'reseed.c'), path: 'usr/lib/portolan/reseed' };

/**
 * The root file system of a recipe from exactly these packages, as a tar archive.
 * @returns its path
 * @throws BuildError
 */
export async function buildRootfs(recipe: Recipe, pins: readonly Pin[]): Promise<string> {
  const folders = recipe.files.map((name) => join(IMAGES_DIR, 'rootfs', name));
  const inputs = {
    packages: pins.map(({ sha256 }) => sha256),
    wanted: recipe.packages,
    epoch: recipe.epoch,
    overlay: (await Promise.all(folders.map(describeTree))).flat(),
    customize: await readFile(customizeScript(), 'utf8'),
    reseed: [await readFile(RESEED.source, 'utf8'), ...(await compilerInputs())],
    tool: await runCommand(['mmdebstrap', '--version']),
  };
  const make = (dir: string): Promise<void> => withSharedDir((work) => bootstrap(recipe, pins, folders, work, dir));
  return join(await cachedStep({ name: 'rootfs', inputs, make }), 'rootfs.tar');
}

async function bootstrap(
  recipe: Recipe,
  pins: readonly Pin[],
  folders: readonly string[],
  work: string,
  dir: string,
): Promise<void> {
  await writeRepository(pins, work);
  const tree = join(work, 'overlay');
  await mkdir(tree);
  for (const folder of folders) await runCommand(['cp', '-a', `${folder}/.`, tree]);
  await compileGuestProgram(RESEED.source, join(tree, RESEED.path));
  await packFiles(tree, join(work, 'overlay.tar'), recipe.epoch);
  const customize = join(work, 'customize.sh');
  await copyFile(customizeScript(), customize);
  await chmod(customize, 0o755);
  const excludes = join(work, 'dpkg.cfg');
  await copyFile(join(tree, 'etc/dpkg/dpkg.cfg.d/portolan'), excludes);
  await runCommand(mmdebstrapCommand(recipe, work, join(work, 'rootfs.tar')), {
    env: { SOURCE_DATE_EPOCH: String(recipe.epoch), TMPDIR: work },
  });
  await copyFile(join(work, 'rootfs.tar'), join(dir, 'rootfs.tar'));
}

function mmdebstrapCommand(recipe: Recipe, work: string, target: string): readonly [string, ...string[]] {
  return [
    'mmdebstrap',
    `--mode=${IS_ROOT ? 'root' : 'unshare'}`,
    '--architectures=i386',
    '--variant=essential',
    `--include=${recipe.packages.join(',')}`,
    `--dpkgopt=${work}/dpkg.cfg`,
    '--aptopt=APT::Install-Recommends "false"',
    `--hook-dir=${MERGED_USR}`,
    // Debian's own stages of runit step aside before ours take their place, in a way that dpkg knows.
    `--customize-hook=${work}/customize.sh divert "$1"`,
    `--customize-hook=tar-in ${work}/overlay.tar /`,
    `--customize-hook=${work}/customize.sh clean "$1"`,
    '',
    target,
    // The digests in its list are from the archives' signed lists.
    `deb [trusted=yes] copy:${work}/repository ./`,
  ];
}

/** A folder of exactly the pinned packages that apt takes as an archive. */
async function writeRepository(pins: readonly Pin[], work: string): Promise<void> {
  const dir = join(work, 'repository');
  await mkdir(dir);
  for (const { file } of pins) await copyFile(join(packageDir(), file), join(dir, file));
  const entries = pins.map(({ entry, file }) => entry.trim().replace(/^Filename: .*$/m, `Filename: ./${file}`));
  await writeFile(join(dir, 'Packages'), `${entries.join('\n\n')}\n`);
}

function customizeScript(): string {
  return join(IMAGES_DIR, 'rootfs', 'customize.sh');
}
