import { expect, onTestFinished } from 'vitest';
import type { AppError } from '#domain/errors/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import { ContainerClient, directFetch, loadCompression, type ReadOrigin } from '#storage/index.ts';
import { ContentServer, type ContentServerParts } from '#storage/content/content-server.ts';
import { memoryStorage } from '#storage/open.ts';
import { BlobServer } from '../../support/blob-server.ts';
import { makeContainer, type TinyContainer, type TinyOptions } from '../../support/tiny-container.ts';
import { ListedMirrors, SteppedPacing } from './directory.ts';

export const SCOPE = 'http://app.test/base/';

/** A container, a server that has it, and content routes that know of the server. */
export interface ContentFixture {
  readonly container: TinyContainer;
  readonly server: BlobServer;
  readonly directory: ListedMirrors;
  readonly storage: ContentServerParts['storage'];
  readonly content: ContentServer;
  /** Asks the routes for `path` of the container. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Another thread over the same storage: the same routes, with nothing in memory. */
  restart(parts?: Partial<ContentServerParts>): ContentServer;
  /** Opens the container as a machine's worker does; `notices` hears what could not be kept, `reads` counts bytes. */
  open(contents?: ContentStore): Promise<ContainerClient>;
  readonly notices: AppError[];
  readonly reads: Readonly<Record<ReadOrigin, number>>;
}

/** Publishes a container and opens routes for it. */
export async function contentFixture(
  options: TinyOptions = {},
  parts: Partial<ContentServerParts> = {},
): Promise<ContentFixture> {
  const container = await makeContainer(options);
  const server = await BlobServer.start(container.files);
  const directory = new ListedMirrors(server.catalogUrl);
  const storage = memoryStorage();
  const restart = (more: Partial<ContentServerParts> = {}): ContentServer =>
    new ContentServer({ scope: SCOPE, storage, directory, compression: loadCompression, ...parts, ...more });
  const content = restart();
  const ask = (path: string, init?: RequestInit): Promise<Response> => askContent(content, container, path, init);
  const notices: AppError[] = [];
  const reads: Record<ReadOrigin, number> = { device: 0, network: 0 };
  const open = (contents = storage.contents): Promise<ContainerClient> => {
    const opened = contents === storage.contents ? content : restart({ storage: { ...storage, contents } });
    const { digest: manifest } = container.manifest;
    const fetch = directFetch(() => opened);
    const onNotice = (error: AppError): void => void notices.push(error);
    const onRead = (origin: ReadOrigin, bytes: number): void => void (reads[origin] += bytes);
    return ContainerClient.open({ manifest, sources: [], scope: SCOPE, fetch, contents, onNotice, onRead });
  };
  return { container, server, directory, storage, content, ask, restart, open, notices, reads };
}

/** Publishes a container until the test is over; nothing waits between tries. */
export async function publish(options?: TinyOptions): Promise<ContentFixture> {
  const fixture = await contentFixture(options, { pacing: new SteppedPacing() });
  onTestFinished(() => fixture.server.close());
  return fixture;
}

/** Another server of the same files, until the test is over. */
export async function mirror({ files }: Pick<TinyContainer, 'files'>): Promise<BlobServer> {
  const server = await BlobServer.start(files);
  onTestFinished(() => server.close());
  return server;
}

/** Asks routes for `path` of a container. */
export function askContent(
  content: ContentServer,
  { manifest }: Pick<TinyContainer, 'manifest'>,
  path: string,
  init?: RequestInit,
): Promise<Response> {
  const answer = content.answer(new Request(`${SCOPE}c/${manifest.digest}/${path}`, init));
  if (!answer) throw new Error(`${path} is none of the routes`);
  return answer;
}

export async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The error that an answer reports, and the answer's status. */
export async function errorIn(response: Response): Promise<unknown> {
  expect(response.headers.get('Portolan-Error')).not.toBeNull();
  const record: unknown = await response.json();
  expect(record).toMatchObject({ code: response.headers.get('Portolan-Error') });
  return { ...(record as object), status: response.status };
}

/** A request to bring chunks to the device. */
export function fetchBody(part: string, chunks: readonly number[] = []): RequestInit {
  return { method: 'POST', body: JSON.stringify({ part, chunks }) };
}
