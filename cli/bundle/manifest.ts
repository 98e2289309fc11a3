import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestOptions } from 'vite-plugin-pwa';

type Screenshot = NonNullable<ManifestOptions['screenshots']>[number];

/** Pictures of the app for the browser's installation dialog, from public/screenshots/NAME.png. */
const SCREENSHOTS = 'screenshots';

/** The colour of the page in the dark: the frame of an installed app, and its splash screen. */
const NIGHT = '#0b1725';

/**
 * How the system hands links to the installed app; src/ui/browser/launches.ts reads them. A window that is open takes
 * them without a reload, since its machines would end.
 */
const LAUNCHES = {
  launch_handler: { client_mode: ['focus-existing', 'auto'] },
  protocol_handlers: [{ protocol: 'web+portolan', url: './?link=%s' }],
  share_target: {
    action: './',
    method: 'GET',
    enctype: 'application/x-www-form-urlencoded',
    // Android's apps put an address into the text.
    params: { url: 'share', text: 'share-text' },
  },
  // RFC 2483, 5: a text with one URI a line.
  file_handlers: [{ action: './', accept: { 'text/uri-list': ['.portolan-link', '.uri', '.uris'] } }],
} satisfies Partial<ManifestOptions>;

/** The web app manifest. Addresses are relative to it, so that the app can live below any path. */
export function webManifest(publicFolder: string): Partial<ManifestOptions> {
  return {
    id: './',
    name: 'Portolan',
    short_name: 'Portolan',
    description: 'Debian containers in the browser: boot them, keep them, take them offline.',
    lang: 'en',
    start_url: './',
    scope: './',
    display: 'standalone',
    theme_color: NIGHT,
    background_color: NIGHT,
    categories: ['developer', 'utilities'],
    icons: [
      { src: 'icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
    screenshots: screenshots(publicFolder),
    ...LAUNCHES,
  };
}

function screenshots(publicFolder: string): Screenshot[] {
  const folder = join(publicFolder, SCREENSHOTS);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.png'));
  return names.toSorted().map((name) => describe(name, readFileSync(join(folder, name))));
}

function describe(name: string, png: Buffer): Screenshot {
  // PNG, 11.2.2: the first chunk is IHDR, with the width at byte 16 and the height at byte 20.
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  return {
    src: `${SCREENSHOTS}/${name}`,
    sizes: `${width}x${height}`,
    type: 'image/png',
    form_factor: width > height ? 'wide' : 'narrow',
    label: name.replace(/\.png$/, '').replaceAll('-', ' '),
  };
}
