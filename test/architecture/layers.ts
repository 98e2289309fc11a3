import { posix } from 'node:path';
import type { SourceFile } from './source-files.ts';

/** Which folders the files of a folder may import from, beside their own. Tests may import anything. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/ports': ['src/domain'],
  'src/rpc': ['src/domain', 'src/ports'],
  'src/storage': ['src/domain', 'src/ports'],
  'src/engines': ['src/domain', 'src/ports'],
  'src/gateway': ['src/domain', 'src/ports'],
  'src/ui': ['src/domain', 'src/ports'],
  'src/app': ['src/domain', 'src/ports', 'src/rpc', 'src/storage', 'src/ui'],
  apps: ['src/domain', 'src/ports', 'src/rpc'],
  sw: ['src/domain', 'src/ports', 'src/rpc', 'src/storage'],
  workers: ['src/domain', 'src/ports', 'src/rpc', 'src/storage', 'src/engines', 'src/gateway'],
  publishing: ['src/domain', 'src/ports', 'src/storage'],
  images: ['src/domain', 'src/ports', 'src/storage', 'src/engines', 'publishing'],
  cli: ['src/domain', 'src/ports', 'src/storage', 'src/engines', 'publishing'],
};

/** Packages that only these folders may import; the first name that fits counts. */
export const OWNERS: readonly (readonly [name: RegExp, owners: readonly string[]])[] = [
  [/^comlink$/, ['src/rpc']],
  [/^dexie$/, ['src/storage']],
  [/^@bokuweb\/zstd-wasm/, ['src/storage']],
  [/^xz-decompress$/, ['src/storage/unpack/xz.ts']],
  [/^http-cache-semantics$/, ['src/gateway/cache']],
  [/^undici(?:\/|$)/, ['src/gateway/http']],
  [/^@noble\/hashes/, ['src/domain/signature', 'src/domain/packages/direct']],
  [/^v86(?:\/|$)/, ['src/engines/v86']],
  [/^@xterm\//, ['src/ui/terminal']],
  [/^workbox-window$/, ['src/app']],
  [/^workbox-/, ['sw']],
  [/^lean-qr(?:\/|$)/, ['src/ui/components/share']],
  [/^(?:preact|@preact\/)/, ['src/ui', 'src/app']],
  [/^send$/, ['cli/serve', 'cli/bundle']],
  [/^(?:vite|vite-plugin-pwa)$/, ['cli/bundle', 'vite.config.ts']],
  [/^node:/, ['publishing', 'cli', 'images', 'vite.config.ts', 'vitest.config.ts', 'playwright.config.ts']],
  [/^valibot$/, ['src', 'apps', 'sw', 'workers', 'publishing', 'cli', 'images']],
];

/** The folder of MAY_IMPORT that a path is in; undefined for tests and configuration. */
export function layerOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((folder) => path.startsWith(`${folder}/`));
}

/** Where an import leads: a path of this repository, or undefined for a package. */
export function resolveImport(file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file.path), specifier));
  return undefined;
}
