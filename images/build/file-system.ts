import { chmod, copyFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '../recipes/index.ts';
import { cachedStep, originOf } from './cached-step.ts';
import { settleInodeTimes } from './ext-inode-times.ts';
import { IMAGES_DIR } from './paths.ts';
import { IS_ROOT, runAsRoot, withSharedDir } from './root-runner.ts';
import { runCommand } from './run-command.ts';

const MIB = 1024 * 1024;

/** Length of the journal in MiB: a crash loses seconds of work, and a snapshot of the machine stays small. */
const JOURNAL_MIB = 8;

/**
 * Unpacks a tar archive and makes an ext4 file system of it. Arguments: archive, folder to unpack to, image, options of mke2fs.
 * Device files stay out: the kernel makes its own, and a user namespace may not.
 */
const SCRIPT = `
mkdir "$2"
tar -xf "$1" -C "$2" --numeric-owner -p --exclude='./dev/*'
root=$2 image=$3
shift 3
mke2fs "$@" -d "$root" "$image"
`;

/**
 * The disk of a recipe: an ext4 file system with the content of a tar archive.
 * @returns path of the image, a sparse file
 * @throws BuildError
 */
export async function buildDisk(recipe: Recipe, rootfsTar: string): Promise<string> {
  const config = await readFile(mke2fsConfig(), 'utf8');
  const tool = (await runCommand(['sh', '-c', 'mke2fs -V 2>&1'])).split('\n')[0];
  const { disk, epoch, uuid } = recipe;
  const inputs = { rootfs: originOf(rootfsTar), disk, epoch, uuid, config, tool, JOURNAL_MIB, SCRIPT };
  const dir = await cachedStep({
    name: 'disk',
    inputs,
    make: (into) => makeFileSystem(recipe, rootfsTar, join(into, 'disk.img')),
  });
  return join(dir, 'disk.img');
}

/**
 * Writes an ext4 file system; the same archive and recipe give the same bytes.
 * @throws BuildError when the content does not fit
 */
export async function makeFileSystem(recipe: Recipe, rootfsTar: string, image: string): Promise<void> {
  await withSharedDir(async (work) => {
    const target = join(work, 'disk.img');
    await createEmpty(target, recipe.disk * MIB);
    const source = await readableByRoot(rootfsTar, work);
    const env = { MKE2FS_CONFIG: mke2fsConfig(), E2FSPROGS_FAKE_TIME: String(recipe.epoch) };
    await runAsRoot(SCRIPT, [source, join(work, 'root'), target, ...mke2fsOptions(recipe)], env);
    await settleInodeTimes(target);
    await runCommand(['cp', '--sparse=always', target, image]);
  });
}

function mke2fsOptions({ uuid }: Recipe): string[] {
  const extended = [`hash_seed=${uuid}`, 'lazy_itable_init=0', 'lazy_journal_init=0', 'root_owner=0:0'];
  return [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-L',
    'portolan',
    '-U',
    uuid,
    '-E',
    extended.join(','),
    '-J',
    `size=${JOURNAL_MIB}`,
  ];
}

function mke2fsConfig(): string {
  return join(IMAGES_DIR, 'rootfs', 'mke2fs.conf');
}

async function createEmpty(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
  await chmod(path, 0o666);
}

/** Inside a user namespace, root is a stranger to our home folder. */
async function readableByRoot(path: string, work: string): Promise<string> {
  if (IS_ROOT) return path;
  const copy = join(work, 'rootfs.tar');
  await copyFile(path, copy);
  await chmod(copy, 0o644);
  return copy;
}
