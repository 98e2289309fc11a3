import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAYOUT_FILES, PublishError } from '../../publishing/index.ts';
import { BUILD_FOLDER } from '../bundle/ensure-build.ts';
import { deployedOrigins } from '../bundle/origins.ts';
import { say } from '../process/say.ts';
import { stopSignal } from '../process/stop-signal.ts';
import { serveAtFreePort } from '../serve/free-port.ts';
import type { Command } from './command.ts';
import { parseOptions, portNumber, positionals } from './options.ts';

const HELP = `
Usage: portolan serve DIR [--port N] [--host ADDRESS]

Serves the catalog in DIR below /catalog/ (and at /), with the app at / if it has been built (npm run build): byte ranges,
If-Range, ETag, and headers that let pages of any origin read it; /health answers “ok”. Ctrl+C ends it.

      --port         the port; the first free one from 8080 on otherwise, 0 for any free one
      --host         the address to listen on, such as 0.0.0.0; only this machine can reach it otherwise. Browsers want
                     HTTPS of other machines before they let the app work offline: put a proxy in front.

  portolan serve public/catalog --port 9000
`;

const OPTIONS = { port: { type: 'string' }, host: { type: 'string' } } as const;

/** The app, as \`npm run build\` leaves it. */
const APP = fileURLToPath(new URL(`../../${BUILD_FOLDER}`, import.meta.url));

export const serve: Command = {
  summary: 'serves a catalog, and the app with it',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, OPTIONS);
    const [dir = ''] = positionals(given, 'DIR');
    const port = values.port === undefined ? undefined : portNumber(values.port);
    if (!existsSync(join(dir, LAYOUT_FILES.catalog))) throw new PublishError(`${dir} has no catalog.json.`);
    const hasApp = existsSync(join(APP, 'index.html'));
    const site = { root: hasApp ? APP : dir, catalog: dir, origins: deployedOrigins(process.env), host: values.host };
    const server = await serveAtFreePort(site, port);
    console.log(`${hasApp ? `Portolan is at ${server.url}, the` : 'The'} catalog at ${server.url}catalog/catalog.json`);
    if (!hasApp) say('The app is not built, so only the catalog is served: npm run build makes it.');
    await stopSignal();
    await server.close();
    return 0;
  },
};
