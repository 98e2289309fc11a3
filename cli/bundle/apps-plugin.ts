import { resolve } from 'node:path';
import { build, type InlineConfig, type Plugin, type ResolvedConfig } from 'vite';

const ROOT = 'apps';

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
      await build(serviceWorker(config, outDir));
    },
  };
}

function common({ define, logLevel }: ResolvedConfig): InlineConfig {
  return { configFile: false, publicDir: false, logLevel: logLevel ?? 'warn', ...(define && { define }) };
}

function pages(config: ResolvedConfig, outDir: string): InlineConfig {
  const root = resolve(ROOT, 'pages');
  const input = ['relay.html', 'start.html'].map((page) => resolve(root, page));
  // Their scripts must not lie where a guest's own might.
  const rolldownOptions = { input };
  const modulePreload = { polyfill: false };
  const { target } = config.build;
  return {
    ...common(config),
    root,
    build: { target, outDir, assetsDir: 'portolan', emptyOutDir: true, modulePreload, rolldownOptions },
  };
}

/** A classic script: service workers that are modules are too young for many browsers. */
function serviceWorker(config: ResolvedConfig, outDir: string): InlineConfig {
  const { target } = config.build;
  const lib = {
    entry: resolve(ROOT, 'sw/index.ts'),
    formats: ['iife' as const],
    name: 'portolan',
    fileName: () => 'sw.js',
  };
  return { ...common(config), build: { target, outDir, emptyOutDir: false, lib } };
}
