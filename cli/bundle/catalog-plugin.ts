import { existsSync } from 'node:fs';
import { join } from 'node:path';
import send from 'send';
import type { Plugin, ResolvedConfig } from 'vite';
import { CATALOG, publishCatalog } from './publish-catalog.ts';

/** Puts the containers beside the app: `catalog/` below the build's folder and below the development server. */
export function catalogPlugin(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'portolan:catalog',
    configResolved: (resolved) => {
      config = resolved;
    },
    configureServer: ({ middlewares }) => {
      middlewares.use('/catalog', (request, response) => {
        send(request, request.url ?? '/', { root: CATALOG, cacheControl: false }).pipe(response);
      });
    },
    closeBundle: async () => {
      if (existsSync(CATALOG)) await publishCatalog(CATALOG, join(config.build.outDir, 'catalog'));
      else config.logger.warn(`${CATALOG} is missing (npm run images makes it): the build has no containers.`);
    },
  };
}
