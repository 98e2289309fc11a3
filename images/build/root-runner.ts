import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** Whether this process may create files of any owner. */
export const IS_ROOT = process.getuid?.() === 0;

/**
 * Runs a shell script that sees itself as root: as it is when we are root, else inside a user namespace.
 * @throws BuildError when it fails, or where user namespaces are switched off
 */
export function runAsRoot(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const shell = ['sh', '-euc', script, 'sh', ...args] as const;
  return IS_ROOT ? runCommand(shell, { env }) : runCommand(['mmdebstrap', '--unshare-helper', ...shell], { env });
}

/**
 * Runs a script of ours as root, in a mount namespace of its own: what it mounts is gone when it ends.
 * @throws BuildError when it fails, or where namespaces are switched off
 */
export function inOwnMounts(script: string, args: readonly string[]): Promise<string> {
  const command = ['unshare', '--mount', 'sh', '-eu', script, ...args] as const;
  return runCommand(IS_ROOT ? command : ['mmdebstrap', '--unshare-helper', ...command]);
}

/**
 * Gives `use` a folder that the users of a user namespace can reach too (a home folder often cannot be), and removes it afterwards.
 */
export async function withSharedDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'portolan-'));
  try {
    await chmod(dir, 0o777);
    return await use(dir);
  } finally {
    await removeAsRoot(dir);
  }
}

async function removeAsRoot(dir: string): Promise<void> {
  if (!IS_ROOT) await runAsRoot('find "$1" -mindepth 1 -delete', [dir], {}).catch(() => undefined);
  await rm(dir, { recursive: true, force: true });
}
