import { resolve } from 'node:path';
import { defineConfig, type PluginOption, type UserConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { appsPlugin } from './cli/bundle/apps-plugin.ts';
import { buildId } from './cli/bundle/build-id.ts';
import { catalogPlugin } from './cli/bundle/catalog-plugin.ts';
import { httpParserPlugin } from './cli/bundle/http-parser-plugin.ts';
import { deployedOrigins } from './cli/bundle/origins.ts';
import { webManifest } from './cli/bundle/manifest.ts';

export default defineConfig(async ({ command }): Promise<UserConfig> => {
  const build = command === 'build' ? await buildId() : 'dev';
  return {
    // Relative addresses: the folder works below any path of any static host.
    base: './',
    define: { __BUILD_ID__: JSON.stringify(build), __ORIGINS__: JSON.stringify(deployedOrigins(process.env) ?? null) },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: { format: 'es', plugins: () => [httpParserPlugin()] },
    build: {
      target: 'es2023',
      outDir: process.env['PORTOLAN_OUT_DIR'] ?? 'dist',
      emptyOutDir: true,
      // Firmware and WebAssembly stay files of their own: a data: address could be neither streamed nor cached.
      assetsInlineLimit: 0,
      sourcemap: true,
    },
    plugins: [catalogPlugin(), appsPlugin(), httpParserPlugin(), pwa()],
  };
});

/** Service workers that are modules are too young for many browsers, and `import.meta` is nothing that a script knows. */
function classicScript(): PluginOption {
  return {
    name: 'portolan:classic-script',
    renderChunk: (code) => code.replaceAll('import.meta.url', 'self.location.href').replaceAll('import.meta.', 'self.'),
  };
}

function pwa(): PluginOption {
  return VitePWA({
    strategies: 'injectManifest',
    filename: 'sw.js',
    // src/app/service-worker.ts registers it.
    injectRegister: false,
    manifest: webManifest('public'),
    integration: {
      // The plugin would name the output after the source; sw/index.ts has to become sw.js.
      beforeBuildServiceWorker: (options) => {
        options.swSrc = resolve('sw/index.ts');
      },
      configureCustomSWViteBuild: (config) => {
        config.plugins = [...(config.plugins ?? []), classicScript()];
      },
    },
    injectManifest: {
      globPatterns: ['**/*.{html,js,css,wasm,bin,svg,png,woff2,webmanifest}'],
      globIgnores: ['apps/**', 'app-sw.js', 'catalog/**', 'screenshots/**', 'sw.js'],
      // v86.wasm and the firmware belong to the shell: without them no machine starts offline.
      maximumFileSizeToCacheInBytes: 16 * 1024 * 1024,
    },
  });
}
