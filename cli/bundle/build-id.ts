import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deployedOrigins } from './origins.ts';
import { hasCode } from '../process/error-code.ts';

/** All that the build is made from. The lock file stands for the packages. */
const INPUTS = [
  'index.html',
  'package-lock.json',
  'vite.config.ts',
  'apps',
  'public',
  'src',
  'sw',
  'workers',
  'cli/bundle',
  'build/firmware',
];

/**
 * Names a build by what goes into it, so that equal inputs have equal names on every machine, with or without git.
 * `PORTOLAN_BUILD_ID` in the environment overrides it: tests make two builds of the same sources.
 */
export async function buildId(): Promise<string> {
  return process.env['PORTOLAN_BUILD_ID'] ?? (await hashInputs(JSON.stringify(deployedOrigins(process.env))));
}

/** @param settings of the environment that go into it */
async function hashInputs(settings = ''): Promise<string> {
  const hash = createHash('sha256').update(settings);
  for (const path of (await Promise.all(INPUTS.map(filesBelow))).flat()) {
    hash
      .update(`${path}\0`)
      .update(await readFile(path))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

/** Paths of files, sorted; `path` itself when it is a file, none when it does not exist. */
async function filesBelow(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return [path];
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
