import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/**
 * Packs a folder as a tar that depends on nothing but its files. Only files and links, so that folders that are there
 * already where it is unpacked keep their permissions.
 * @throws BuildError
 */
export async function packFiles(dir: string, target: string, epoch: number): Promise<void> {
  const script = 'find . ! -type d -print0 | LC_ALL=C sort -z | tar --null --no-recursion -T - "$@"';
  const owner = ['--format=gnu', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rwX,go+rX,go-w'];
  await runCommand(['sh', '-euc', script, 'sh', ...owner, `--mtime=@${epoch}`, '-cf', target], { cwd: dir });
}

/** Each file of a folder with what makes it what it is: path, whether it is a program, content or target. */
export async function describeTree(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const lines = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = entry.isSymbolicLink() ? await readlink(path) : await describeFile(path);
      return `${path.slice(dir.length)} ${content}`;
    }),
  );
  return lines.sort();
}

async function describeFile(path: string): Promise<string> {
  const isProgram = ((await stat(path)).mode & 0o100) !== 0;
  return `${isProgram} ${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`;
}
