import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { logProgress } from './log.ts';
import { cacheDir } from './paths.ts';

export interface CachedStep {
  /** What it makes, for the log; its results lie in a folder of this name. */
  readonly name: string;
  /** Everything that shapes the result, as JSON. */
  readonly inputs: unknown;
  /** Writes the result's files into an empty folder. */
  readonly make: (dir: string) => Promise<void>;
}

/**
 * The folder with a step's result, made now if no earlier build with the same inputs did. It appears whole or not at all.
 * @returns its path, whose last part names the inputs
 */
export async function cachedStep({ name, inputs, make }: CachedStep): Promise<string> {
  const parent = join(cacheDir(), name);
  const result = join(parent, hashOfJson(inputs));
  if (existsSync(result)) return result;
  logProgress(`${name}: building`);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const part = await mkdtemp(join(parent, `part-${process.pid}-`));
  try {
    await make(part);
    await publish(part, result);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return result;
}

/** A build beside this one may have finished the same step first; then its result is as good. */
async function publish(part: string, result: string): Promise<void> {
  try {
    await rename(part, result);
  } catch (error) {
    if (!existsSync(result)) throw error;
  }
}

/** Removes what builds left that were ended in the middle. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /^part-(?<pid>\d+)-/.exec(name)?.groups?.['pid'];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** First 32 hex digits of the SHA-256 of a value's JSON. */
export function hashOfJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** Names the step and inputs that a cached file comes from, wherever the cache lies. */
export function originOf(cachedFile: string): string {
  const dir = dirname(cachedFile);
  return `${basename(dirname(dir))}/${basename(dir)}/${basename(cachedFile)}`;
}
