import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseJson,
  RuntimeDescriptionSchema,
  type CatalogEntry,
  type RuntimeDescription,
} from '#domain/container/index.ts';
import { compressInto } from '../compress/compress-file.ts';
import type { About } from '../layout/write-artifact.ts';
import { FileError } from '../publish-error.ts';
import { layOutRuntime, type RuntimeSources } from './lay-out-runtime.ts';
import { packRuntime } from './pack-runtime.ts';

const DESCRIPTION = 'runtime.json';
const TEMPLATE = 'template.tar';

/** A folder that becomes a runtime: `runtime.json`, .deb files, perhaps `template.tar`. */
export interface RuntimeFolder {
  readonly path: string;
  readonly description: RuntimeDescription;
}

/** True for a folder that becomes a runtime. */
export function isRuntimeFolder(path: string): boolean {
  return existsSync(join(path, DESCRIPTION));
}

/** Reads what a folder says of its runtime. @throws AppError `format/invalid` */
export async function readRuntimeFolder(path: string): Promise<RuntimeFolder> {
  const file = join(path, DESCRIPTION);
  return { path, description: parseJson(RuntimeDescriptionSchema, await readFile(file, 'utf8'), file) };
}

/**
 * Packs a folder as a runtime. The same files give the same digests.
 * @param dir the layout's folder
 * @param scratch an empty folder on the same file system, for what is not to be seen yet
 * @param thumbnail PNG
 * @throws FileError, AppError `format/invalid`
 */
export async function packRuntimeFolder(
  dir: string,
  scratch: string,
  folder: RuntimeFolder & { readonly about: About; readonly thumbnail?: Uint8Array | undefined },
): Promise<CatalogEntry> {
  const content = join(scratch, 'content');
  const config = await layOutRuntime(await sourcesIn(folder), content);
  return packRuntime(dir, {
    about: folder.about,
    config,
    content: await compressInto(content, scratch),
    thumbnail: folder.thumbnail,
  });
}

async function sourcesIn({ path, description }: RuntimeFolder): Promise<RuntimeSources> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.deb'));
  const debs = names.map((name) => ({ path: join(path, name) }));
  if (debs.length === 0) throw new FileError(path, 'there is no .deb file in it');
  const { title, version, wanted, services, template } = description;
  const tar = join(path, TEMPLATE);
  if (existsSync(tar) !== (template !== undefined))
    throw new FileError(path, `${TEMPLATE} and “template” in ${DESCRIPTION} go together: one of them is not there`);
  return { title, version, wanted, services, debs, template: template && { ...template, path: tar } };
}
