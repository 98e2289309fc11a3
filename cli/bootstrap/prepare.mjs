/**
 * What a command needs before TypeScript can be loaded: Node, and the packages of package-lock.json.
 * Plain JavaScript without packages, because it is what installs them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_NODE = [20, 19];

/** The folder of this project. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Loads a module of cli/ that may be TypeScript, and all that it needs first. */
export async function loadCommand(path) {
  checkNode();
  if (!packagesAreInstalled()) installPackages();
  // tsx goes by the tsconfig.json of the current folder otherwise, which may be anyone's.
  process.env['TSX_TSCONFIG_PATH'] = join(ROOT, 'tsconfig.json');
  const { register } = await import('tsx/esm/api');
  register();
  return import(join('..', path));
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  fail(`Portolan needs Node.js ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** Compares the lock file with the record that npm keeps of what it has installed. */
function packagesAreInstalled() {
  const wanted = Object.entries(readPackages('package-lock.json'));
  const installed = readPackages('node_modules/.package-lock.json');
  return wanted.every(([path, { version, optional }]) => path === '' || isPresent(installed[path], version, optional));
}

function isPresent(found, version, optional) {
  return found === undefined ? optional === true : found.version === version;
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return {};
  }
}

function installPackages() {
  console.error('Installing the npm packages of package-lock.json …');
  // npm tells its scripts where it is; without it (`node cli/run.mjs`), the one on the PATH is used.
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const args = [...first, 'ci', '--no-audit', '--no-fund'];
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0)
    fail('npm ci failed: see its messages above. Check the connection to the npm registry, then run this again.');
}
