import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
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
  const dir = await mkdtemp(join(parent, 'part-'));
  try {
    await make(dir);
    await rename(dir, result);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return result;
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
