import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebEntry } from '#domain/packages/archive/index.ts';
import { PublishError } from '../../publishing/index.ts';
import { hasCode } from '../process/error-code.ts';
import { UnpackFolder } from './unpack-folder.ts';

/**
 * Writes entries into a folder, which is made if need be and has to be empty: all of them, or nothing. They are put into a
 * folder inside of it first, and moved when all are there.
 * @throws PublishError when the folder is not empty; what the entries or the file system throw
 */
export async function extract(entries: AsyncIterable<DebEntry>, dir: string): Promise<void> {
  const isNew = await makeFolder(dir);
  try {
    await fill(entries, dir);
  } catch (error) {
    if (isNew) await rmdir(dir);
    throw error;
  }
}

async function fill(entries: AsyncIterable<DebEntry>, dir: string): Promise<void> {
  const stage = await mkdtemp(join(dir, '.portolan-'));
  try {
    const folder = await UnpackFolder.open(stage);
    for await (const entry of entries) await folder.write(entry);
    await moveUp(stage, dir);
    await folder.finishFolders(dir);
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw error;
  }
}

/** Moves what is in a folder to where the folder is. */
async function moveUp(stage: string, dir: string): Promise<void> {
  for (const name of await readdir(stage, { encoding: 'buffer' }))
    await rename(Buffer.concat([Buffer.from(`${stage}/`), name]), Buffer.concat([Buffer.from(`${dir}/`), name]));
  await rmdir(stage);
}

/** @returns true when it was not there before */
async function makeFolder(dir: string): Promise<boolean> {
  try {
    await mkdir(dir);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  if ((await readdir(dir)).length > 0)
    throw new PublishError(`${dir} is not empty: name a new folder, or an empty one.`);
  return false;
}
