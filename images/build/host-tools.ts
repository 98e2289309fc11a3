import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BuildError } from './build-error.ts';
import { logProgress } from './log.ts';
import { runCommand } from './run-command.ts';

/** What the build runs, and the Debian package that has it. */
const TOOLS: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  // How mmdebstrap finds out whether this machine can run i386 programs.
  'arch-test': 'arch-test',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  make: 'make',
  gcc: 'gcc',
  ld: 'binutils',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  perl: 'perl',
  xz: 'xz-utils',
  lz4: 'lz4',
  tar: 'tar',
};

/** Files that the build needs beside programs. */
const FILES: Readonly<Record<string, string>> = {
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
  '/usr/include/string.h': 'libc6-dev',
};

/** Programs of the system administrator are often not on a user's PATH. */
const EXTRA_PATH = ['/usr/sbin', '/sbin'];

/**
 * Makes sure that the programs the build runs are there; as root it installs what is missing.
 * @throws BuildError that says what to install and how, when it may not install
 */
export async function ensureHostTools(): Promise<void> {
  process.env['PATH'] = [process.env['PATH'], ...EXTRA_PATH].join(delimiter);
  const missing = missingPackages();
  if (missing.length === 0) return;
  const how = `apt-get install ${missing.join(' ')}`;
  if (!isProgram('apt-get'))
    throw new BuildError('Images are built on Debian or Ubuntu, with apt-get; this machine has none.');
  if (process.getuid?.() !== 0)
    throw new BuildError(`The image build needs ${missing.join(', ')}. Install with: sudo ${how}`);
  await install(missing);
}

async function install(packages: readonly string[]): Promise<void> {
  logProgress(`installing ${packages.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand(['apt-get', 'update', '-q'], { env });
  await runCommand(['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages], { env });
}

function missingPackages(): string[] {
  const programs = Object.entries(TOOLS).filter(([program]) => !isProgram(program));
  const files = Object.entries(FILES).filter(([path]) => !existsSync(path));
  return [...new Set([...programs, ...files].map(([, name]) => name))].sort();
}

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((dir) => isExecutable(join(dir, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
