import type { ManifestOptions } from 'vite-plugin-pwa';

/** The web app manifest. Addresses are relative to it, so that the app can live below any path. */
export const MANIFEST: Partial<ManifestOptions> = {
  id: './',
  name: 'Portolan',
  short_name: 'Portolan',
  description: 'Debian containers in the browser: boot them, keep them, take them offline.',
  lang: 'en',
  start_url: './',
  scope: './',
  display: 'standalone',
  theme_color: '#0f2a3d',
  background_color: '#0f2a3d',
  categories: ['developer', 'utilities'],
  icons: [
    { src: 'icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
};
