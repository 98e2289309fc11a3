import { copyFile, link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What `npm run images` makes: an OCI image layout and catalog.json. */
export const CATALOG = 'build/catalog';

const BLOBS = 'blobs/sha256';
/** Empty where nobody signed: the app looks for it, and browsers log a file that is not there as an error. */
const SIGNATURE = 'catalog.json.minisig';

/**
 * Makes `target` hold what `source` holds. Blobs are linked, not copied: they are large, and never change under their
 * name. Lists come last, so that what they name is there when they can be read.
 */
export async function publishCatalog(source: string, target: string): Promise<void> {
  await mkdir(join(target, BLOBS), { recursive: true });
  const [wanted, present] = await Promise.all([list(join(source, BLOBS)), list(join(target, BLOBS))]);
  for (const name of wanted)
    if (!present.includes(name)) await linkOrCopy(join(source, BLOBS, name), join(target, BLOBS, name));
  await publishLists(source, target);
  for (const name of present) if (!wanted.includes(name)) await rm(join(target, BLOBS, name));
}

async function publishLists(source: string, target: string): Promise<void> {
  const [wanted, present] = await Promise.all([topFiles(source), topFiles(target)]);
  // A signature of the list before would make the newer one look forged.
  for (const name of present) if (!wanted.includes(name)) await rm(join(target, name));
  if (!wanted.includes(SIGNATURE)) await writeFile(join(target, SIGNATURE), '');
  for (const name of wanted) await replace(join(source, name), join(target, name));
}

async function list(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted();
}

async function topFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Copies where the file system cannot link: other device, or no such thing. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => replace(from, to));
}

async function replace(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, `${to}.new`);
  await rename(`${to}.new`, to);
}
