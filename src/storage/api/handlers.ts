import { filterListings } from '#domain/catalog/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import {
  CatalogQuerySchema,
  HealthBodySchema,
  NoQuerySchema,
  RemoteQuerySchema,
  ServerBodySchema,
  ServerQuerySchema,
} from './documents.ts';
import { readBody, readQuery } from './read-request.ts';

/** What to answer. `body` becomes JSON; without one there is no content. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export type Handler = (request: Request, options: Cancellable) => Promise<Answer>;

/** Handlers by path below `api/v1/`, then by method. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** @param build names this build, as `version` */
export function routesOf(sources: SourceDirectory, build: string): Routes {
  const health = async (): Promise<Answer> => ({ status: 200, body: await healthOf(sources, build) });
  return {
    catalog: {
      GET: async (request, options) => {
        const { q: text, kind, source } = readQuery(CatalogQuerySchema, request);
        const { entries, foreign } = await sources.catalog(options);
        const fits = (each: (typeof foreign)[number]): boolean =>
          filterListings([{ entry: each.entry, mirrors: [each.source] }], { text, kind, source }).length > 0;
        const body = { entries: filterListings(entries, { text, kind, source }), foreign: foreign.filter(fits) };
        return { status: 200, body };
      },
    },
    'catalog/remote': {
      GET: async (request, options) => {
        const { remote_url: url } = readQuery(RemoteQuerySchema, request);
        return { status: 200, body: await sources.remote(url, options) };
      },
    },
    health: {
      GET: async (request) => {
        readQuery(NoQuerySchema, request);
        void sources.check().catch(() => undefined);
        return health();
      },
      POST: async (request, options) => {
        const { url } = await readBody(HealthBodySchema, request);
        await sources.refresh(url, options);
        return health();
      },
    },
    servers: {
      GET: async (request, options) => {
        readQuery(NoQuerySchema, request);
        return { status: 200, body: { servers: await sources.list(options) } };
      },
      POST: async (request, options) => {
        const { url, ...settings } = await readBody(ServerBodySchema, request);
        const before = await sources.list(options);
        const source = await sources.add(url, settings, options);
        return { status: before.some((each) => each.url === source.url) ? 200 : 201, body: source };
      },
      PATCH: async (request) => {
        const { url, ...settings } = await readBody(ServerBodySchema, request);
        return { status: 200, body: await sources.update(url, settings) };
      },
      DELETE: async (request) => {
        await sources.remove(readQuery(ServerQuerySchema, request).url);
        return { status: 204 };
      },
    },
  };
}

/** As the older servers planned it, and how each source does. */
async function healthOf(sources: SourceDirectory, build: string): Promise<unknown> {
  const [list, { entries }] = await Promise.all([sources.list(), sources.listed()]);
  const enabled = list.filter((each) => each.enabled);
  const failing = enabled.filter(({ health }) => health.error !== undefined).length;
  const status = failing === 0 ? 'ok' : failing < enabled.length ? 'degraded' : 'down';
  return { status, version: build, entries_count: entries.length, servers: list };
}
