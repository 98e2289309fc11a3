import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type InlineConfig, type Plugin, type ResolvedConfig } from 'vite';

const ROOT = 'apps';
const PAGES = ['relay.html', 'start.html'];
/** Where the pages' scripts are: not where a guest's own might be. */
const SCRIPTS = 'portolan';
const OWN_FILES = 'virtual:own-files';

/**
 * Builds what is served at the origin of apps into `apps/` below the build's folder: two pages and a service worker. The one for
 * deployments without such an origin is `app-sw.js`, beside the shell's.
 */
export function appsPlugin(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'portolan:apps',
    apply: 'build',
    configResolved: (resolved) => {
      config = resolved;
    },
    closeBundle: async () => {
      const { outDir } = config.build;
      const folder = resolve(outDir, ROOT);
      const injected = injectedFile(await injectedScript(config));
      await build(pages(config, folder));
      await build(serviceWorker(config, folder, 'index.ts', 'sw.js', ownFiles(injected, await pageFiles(folder))));
      await build(serviceWorker(config, outDir, 'below-shell.ts', 'app-sw.js', ownFiles(injected, {})));
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

interface InjectedFile {
  readonly path: string;
  readonly integrity: string;
  readonly text: string;
}

function injectedFile(text: string): InjectedFile {
  const integrity = `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const path = `/${SCRIPTS}/injected-${integrity.slice(7).replaceAll(/\W/g, '').slice(0, 8)}.js`;
  return { path, integrity, text };
}

/** The pages and their scripts, by their paths. */
async function pageFiles(outDir: string): Promise<Readonly<Record<string, string>>> {
  const scripts = (await readdir(join(outDir, SCRIPTS))).map((name) => `${SCRIPTS}/${name}`);
  const files: Record<string, string> = {};
  for (const name of [...PAGES, ...scripts]) files[`/${name}`] = await readFile(join(outDir, name), 'utf8');
  return files;
}

/** A module with what a service worker has within itself: see apps/sw/own-files.ts. */
function ownFiles({ path, integrity, text }: InjectedFile, pagesByPath: Readonly<Record<string, string>>): string {
  const files = { [path]: text, ...pagesByPath };
  return `export const FILES = ${JSON.stringify(files)};\nexport const INJECTED = ${JSON.stringify({ path, integrity })};\n`;
}

/** A classic script: service workers that are modules are too young for many browsers. */
function serviceWorker(
  config: ResolvedConfig,
  outDir: string,
  source: string,
  name: string,
  files: string,
): InlineConfig {
  const { target } = config.build;
  const lib = {
    entry: resolve(ROOT, 'sw', source),
    formats: ['iife' as const],
    name: 'portolan',
    fileName: () => name,
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
