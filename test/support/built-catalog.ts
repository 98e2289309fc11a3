import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { CatalogSchema, parseJson, type Descriptor } from '#domain/container/index.ts';
import type { V86Assets } from '#engines/v86/index.ts';

const CATALOG = 'build/catalog';
const FIRMWARE = 'build/firmware';

/** What `npm run images` has made, in memory, as a static host serves it. */
export async function builtFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = await readdir(`${CATALOG}/blobs/sha256`).catch((cause: unknown) => {
    throw new Error('there are no images: run `npm run images` first', { cause });
  });
  const paths = ['catalog.json', ...blobs.map((blob) => `blobs/sha256/${blob}`)];
  const files = await Promise.all(paths.map(async (path) => [path, await readFile(`${CATALOG}/${path}`)] as const));
  return new Map(files);
}

/** The manifest of a container of the catalog. */
export function manifestOf(id: string, files: ReadonlyMap<string, Uint8Array>): Descriptor {
  const text = new TextDecoder().decode(files.get('catalog.json'));
  const entry = parseJson(CatalogSchema, text, 'The built catalog').entries.find((each) => each.id === id);
  if (!entry) throw new Error(`the catalog has no ${id}`);
  return entry.manifest;
}

/** The engine's parts, from where the build and npm put them. */
export async function v86Assets(): Promise<V86Assets> {
  const wasmPath = createRequire(import.meta.url).resolve('v86/build/v86.wasm');
  const [wasm, bios, videoBios] = await Promise.all(
    [wasmPath, `${FIRMWARE}/bios.bin`, `${FIRMWARE}/vgabios.bin`].map(async (path) => {
      return Uint8Array.from(await readFile(path)).buffer;
    }),
  );
  if (!wasm || !bios || !videoBios) throw new Error('a part of the engine is missing');
  return { wasm: await WebAssembly.compile(wasm), bios, videoBios };
}
