import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogEntry, RuntimeDescription } from '#domain/container/index.ts';
import { packRuntimeFolder, publish, readRuntimeFolder } from '../../publishing/index.ts';
import { debOf } from '../domain/packages/archive/support/deb-writer.ts';
import { tarOf } from '../domain/packages/archive/support/tar-writer.ts';
import { RUNTIME_CONFIG } from './documents.ts';
import { noise } from './noise.ts';

/** A package whose content is noise of so many bytes, so that it does not become small. */
export function noisyDeb(name: string, bytes: number, seed: number, fields = ''): Uint8Array {
  const control = `Package: ${name}\nVersion: 1.${seed}\nArchitecture: i386\nMaintainer: A <a@isle.test>\nDescription: ${name}\n${fields}`;
  return debOf([{ name: `./usr/share/${name}`, content: noise(bytes, seed) }], {
    control: [{ name: './control', content: Buffer.from(control) }],
  });
}

const { title, version, wanted, services } = RUNTIME_CONFIG;
const DESCRIPTION: Partial<RuntimeDescription> = { id: 'lighthouse', title, version, wanted, services };

export interface RuntimeFolderOptions {
  /** By file name. */
  readonly debs: Readonly<Record<string, Uint8Array>>;
  readonly description?: Partial<RuntimeDescription>;
  readonly template?: Uint8Array | undefined;
}

/** The two packages of the runtime for tests: one needs the other. */
export const LIGHTHOUSE = {
  'lamp_1.2_i386.deb': noisyDeb('lamp', 300_000, 2),
  'lighthouse_1.1_i386.deb': noisyDeb('lighthouse', 1000, 1, 'Depends: lamp\n'),
};

/** A template's files as a tar. */
export const TEMPLATE = tarOf([{ name: './index.html', content: Buffer.from('<h1>Light</h1>') }], 'gnu');

/** Writes what becomes a runtime. */
export async function writeRuntimeFolder(path: string, options: RuntimeFolderOptions): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const [name, bytes] of Object.entries(options.debs)) await writeFile(join(path, name), bytes);
  const template = options.template && { template: { folder: '/srv/lighthouse' } };
  const description = { ...DESCRIPTION, ...template, ...options.description };
  await writeFile(join(path, 'runtime.json'), JSON.stringify(description));
  if (options.template) await writeFile(join(path, 'template.tar'), options.template);
}

/** Packs such a folder into a catalog. */
export async function publishRuntime(dir: string, path: string): Promise<CatalogEntry> {
  const folder = await readRuntimeFolder(path);
  const { id, title: name, summary, version: number, tags } = folder.description;
  const about = { id, title: name, summary, version: number, tags };
  const { entry } = await publish(dir, (scratch) => packRuntimeFolder(dir, scratch, { ...folder, about }), {
    alone: false,
  });
  return entry;
}

/** All that lies in a catalog's folder, by path. */
export async function filesOf(dir: string): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const entries = files.map(
    async (path) => [path.slice(dir.length + 1), Uint8Array.from(await readFile(path))] as const,
  );
  return new Map(await Promise.all(entries));
}
