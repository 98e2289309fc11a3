/**
 * Runs a command of cli/ on a machine that has Node alone: `node cli/run.mjs COMMAND [ARGUMENT…]`.
 * Plain JavaScript without packages, because it is what installs them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMANDS = ['start', 'test', 'check', 'bench', 'build', 'serve'];
const LEAST_NODE = [20, 19];

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const [command, ...args] = process.argv.slice(2);
if (!COMMANDS.includes(command)) fail(`Usage: node cli/run.mjs ${COMMANDS.join('|')} [ARGUMENT…]`);
checkNode();
if (!packagesAreInstalled()) installPackages();
const { register } = await import('tsx/esm/api');
register();
const { main } = await import(`./${command}.ts`);
process.exitCode = await main(args);

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
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return {};
  }
}

function installPackages() {
  console.error('Installing the npm packages of package-lock.json …');
  // npm tells its scripts where it is; without it (`node cli/run.mjs`), the one on the PATH is used.
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(program, [...first, 'ci', '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2] });
  if (status !== 0)
    fail('npm ci failed: see its messages above. Check the connection to the npm registry, then run this again.');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
