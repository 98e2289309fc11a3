import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../process/run.ts';
import { SetupError } from './setup-error.ts';

/** True where this process may install packages of Debian. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
}

/** Installs packages. @throws SetupError */
export async function install(packages: readonly string[]): Promise<void> {
  await apt(['update']);
  await apt(['install', '--yes', '--no-install-recommends', ...packages]);
}

async function apt(args: readonly string[]): Promise<void> {
  const { status, output } = await run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  if (status !== 0) throw new SetupError(`apt-get ${args.join(' ')} failed:\n${output}`);
}

/** True when a program of this name is on the PATH. */
export function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
