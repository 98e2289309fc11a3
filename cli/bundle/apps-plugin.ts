import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type InlineConfig, type Plugin, type ResolvedConfig } from 'vite';

const ROOT = 'apps';
const PAGES = ['relay.html', 'start.html'];
/** Where the pages' scripts are: not where a guest's own might be. */
const SCRIPTS = 'portolan';
const OWN_FILES = 'virtual:own-files';

/** Builds what is served at the origin of apps into `apps/` below the build's folder: two pages and a service worker. */
export function appsPlugin(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'portolan:apps',
    apply: 'build',
    configResolved: (resolved) => {
      config = resolved;
    },
    closeBundle: async () => {
      const outDir = resolve(config.build.outDir, ROOT);
      await build(pages(config, outDir));
      await build(serviceWorker(config, outDir, await ownFiles(outDir, await injectedScript(config))));
    },
  };
}

function common({ define, logLevel }: ResolvedConfig): InlineConfig {
  return { configFile: false, publicDir: false, logLevel: logLevel ?? 'warn', ...(define && { define }) };
}

function pages(config: ResolvedConfig, outDir: string): InlineConfig {
  const root = resolve(ROOT, 'pages');
  const rolldownOptions = { input: PAGES.map((page) => resolve(root, page)) };
  const modulePreload = { polyfill: false };
  const { target } = config.build;
  return {
    ...common(config),
    root,
    build: { target, outDir, assetsDir: SCRIPTS, emptyOutDir: true, modulePreload, rolldownOptions },
  };
}

/** A classic script: it has to run before a page's own. */
async function injectedScript(config: ResolvedConfig): Promise<string> {
  const { target } = config.build;
  const lib = { entry: resolve(ROOT, 'injected/index.ts'), formats: ['iife' as const], name: 'portolan' };
  const built = await build({ ...common(config), build: { target, write: false, lib } });
  const [output] = 'output' in built ? built.output : Array.isArray(built) ? (built[0]?.output ?? []) : [];
  if (output?.type !== 'chunk') throw new Error('the script for the pages of guests is no script');
  return output.code;
}

/** A module with what the service worker has within itself: see apps/sw/own-files.ts. */
async function ownFiles(outDir: string, injected: string): Promise<string> {
  const digest = createHash('sha256').update(injected);
  const integrity = `sha256-${digest.digest('base64')}`;
  const path = `/${SCRIPTS}/injected-${integrity.slice(7).replaceAll(/\W/g, '').slice(0, 8)}.js`;
  const files: Record<string, string> = { [path]: injected };
  const scripts = (await readdir(join(outDir, SCRIPTS))).map((name) => `${SCRIPTS}/${name}`);
  for (const name of [...PAGES, ...scripts]) files[`/${name}`] = await readFile(join(outDir, name), 'utf8');
  return `export const FILES = ${JSON.stringify(files)};\nexport const INJECTED = ${JSON.stringify({ path, integrity })};\n`;
}

/** A classic script: service workers that are modules are too young for many browsers. */
function serviceWorker(config: ResolvedConfig, outDir: string, files: string): InlineConfig {
  const { target } = config.build;
  const lib = {
    entry: resolve(ROOT, 'sw/index.ts'),
    formats: ['iife' as const],
    name: 'portolan',
    fileName: () => 'sw.js',
  };
  const plugins = [virtualModule(OWN_FILES, files)];
  return { ...common(config), plugins, build: { target, outDir, emptyOutDir: false, lib } };
}

function virtualModule(name: string, code: string): Plugin {
  const id = `\0${name}`;
  return {
    name: 'portolan:virtual-module',
    resolveId: (source) => (source === name ? id : undefined),
    load: (module) => (module === id ? code : undefined),
  };
}
