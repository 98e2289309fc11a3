import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PublishError } from '../publish-error.ts';
import { LAYOUT_FILES } from './layout-files.ts';

const LOCK = '.portolan-lock';
const SCRATCH = '.portolan-scratch';

/**
 * Keeps others from writing to a layout during `work`, and gives it an empty folder beside the blobs for what is not to
 * be seen yet. What a process left that was ended in the middle is removed first.
 * @param dir the layout's folder, made if need be
 * @throws PublishError when another process is writing to it
 */
export async function withLayout<T>(dir: string, work: (scratch: string) => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true });
  await lock(dir);
  try {
    await removeParts(dir);
    const scratch = join(dir, SCRATCH);
    await mkdir(scratch);
    return await work(scratch);
  } finally {
    await rm(join(dir, SCRATCH), { recursive: true, force: true });
    await rm(join(dir, LOCK), { force: true });
  }
}

async function lock(dir: string): Promise<void> {
  const path = join(dir, LOCK);
  const owner = await takeLock(path);
  if (owner === undefined) return;
  if (isRunning(owner)) throw busy(dir, owner);
  await rm(path, { force: true });
  const other = await takeLock(path);
  if (other !== undefined) throw busy(dir, other);
}

/** Undefined when the lock is ours now, else the id of the process that has it. It appears with its content or not at all. */
async function takeLock(path: string): Promise<number | undefined> {
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return Number(await readFile(path, 'utf8').catch(() => ''));
  } finally {
    await rm(own, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, but for another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function busy(dir: string, pid: number): PublishError {
  return new PublishError(`Process ${pid} is writing to ${dir} now: wait for its end, then run this again.`);
}

async function removeParts(dir: string): Promise<void> {
  const blobs = join(dir, 'blobs/sha256');
  const names = await readdir(blobs).catch(() => []);
  const parts = names.filter((name) => name.endsWith('.part')).map((name) => join(blobs, name));
  const lists = Object.values(LAYOUT_FILES).map((name) => join(dir, `${name}.part`));
  for (const path of [join(dir, SCRATCH), ...lists, ...parts]) await rm(path, { recursive: true, force: true });
}
