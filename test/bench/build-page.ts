import { join, resolve } from 'node:path';
import { build } from 'vite';

/** Builds the page of a folder below test/bench, as the app is built. @returns the folder to serve */
export async function buildPage(name: string): Promise<string> {
  const folder = join('build/bench', name);
  await build({
    root: resolve('test/bench', name),
    configFile: false,
    logLevel: 'warn',
    worker: { format: 'es' },
    build: { target: 'es2023', outDir: resolve(folder), emptyOutDir: true, assetsInlineLimit: 0 },
  });
  return folder;
}
