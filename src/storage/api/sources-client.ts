import * as v from 'valibot';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Source, Sources, SourceSettings } from '#ports/sources.ts';
import { LOCAL_ERROR_HEADER, type LocalFetch } from '../local-server.ts';
import type { RemoteCatalog, SourcesCatalog } from '../sources/source-directory.ts';
import { CatalogAnswerSchema, RemoteAnswerSchema, SourceAnswerSchema, SourcesAnswerSchema } from './documents.ts';

interface Call extends Cancellable {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The user's sources as a page has them: by `/api/v1/`, whoever answers there. */
export class SourcesClient implements Sources {
  readonly #base: string;
  readonly #fetch: LocalFetch;

  /**
   * @param scope absolute URL of the app, ends with `/`
   * @param fetch reaches an `ApiServer`: in the service worker, or in this thread
   */
  constructor(scope: string, fetch: LocalFetch) {
    this.#base = new URL('api/v1/', scope).href;
    this.#fetch = fetch;
  }

  /** What all enabled sources list: from the device at once, and refreshed behind. See `SourceDirectory.catalog`. */
  async catalog(options: Cancellable = {}): Promise<SourcesCatalog> {
    return this.#ask(CatalogAnswerSchema, 'catalog', options);
  }

  /** What the server at an address lists, whether or not it is a source. @throws as `add` */
  async remote(url: string, options: Cancellable = {}): Promise<RemoteCatalog> {
    return this.#ask(RemoteAnswerSchema, 'catalog/remote', { ...options, query: { remote_url: url } });
  }

  /** Asks those sources again that are due; does not wait for them. To be called now and then while the page is seen. */
  async check(options: Cancellable = {}): Promise<void> {
    await this.#send('health', options);
  }

  async list(options: Cancellable = {}): Promise<readonly Source[]> {
    return (await this.#ask(SourcesAnswerSchema, 'servers', options)).servers;
  }

  async add(url: string, settings: SourceSettings = {}, options: Cancellable = {}): Promise<Source> {
    return this.#ask(SourceAnswerSchema, 'servers', { ...options, method: 'POST', body: { ...settings, url } });
  }

  async update(url: string, settings: SourceSettings): Promise<Source> {
    return this.#ask(SourceAnswerSchema, 'servers', { method: 'PATCH', body: { ...settings, url } });
  }

  async remove(url: string): Promise<void> {
    await this.#send('servers', { method: 'DELETE', query: { url } });
  }

  async refresh(url?: string, options: Cancellable = {}): Promise<void> {
    await this.#send('health', { ...options, method: 'POST', body: { url } });
  }

  async #ask<S extends v.GenericSchema>(schema: S, path: string, call: Call): Promise<v.InferOutput<S>> {
    const response = await this.#send(path, call);
    const result = v.safeParse(schema, await readJson(response));
    if (result.success) return result.output;
    throw unexpected(response, result.issues[0].message);
  }

  async #send(path: string, { method = 'GET', query = {}, body, signal }: Call): Promise<Response> {
    const url = new URL(path, this.#base);
    url.search = new URLSearchParams(query).toString();
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await this.#fetch(new Request(url, { method, ...content, signal: signal ?? null }));
    // A server of this thread answers also those who gave up.
    signal?.throwIfAborted();
    if (response.headers.has(LOCAL_ERROR_HEADER)) throw AppError.fromRecord(await readJson(response));
    // Without the header it is a server's own answer: nobody here has taken the request.
    if (!response.ok) throw unexpected(response, `status ${response.status}`);
    return response;
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function unexpected({ url }: Response, detail: string): AppError {
  return new AppError('app/unexpected', { detail: `${url} answered in another form than its own: ${detail}.` });
}
