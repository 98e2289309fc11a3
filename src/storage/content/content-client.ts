import type { Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContentStore } from '#ports/content-store.ts';
import { LOCAL_NOTICE_HEADER, LOCAL_ORIGIN_HEADER, type LocalFetch } from '../local-server.ts';
import * as v from 'valibot';
import { contentUrl } from './address.ts';
import type { PartName } from './container.ts';
import type { DocumentRef } from './document-reader.ts';
import { errorOf, parseRecord } from './error-answer.ts';
import { parseOrigins } from './origins.ts';
import { ContainerStatusSchema, type ContainerStatus } from './status.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Times that an answer is asked for which breaks off before anything of it can be used. */
const TRIES = 3;

/** Where a reader's bytes came from: memory and storage of this device, or servers. */
export type ReadOrigin = 'device' | 'network';

const FetchedSchema = v.object({ bytes: v.number() });

export interface ContentClientParts {
  /** Absolute URL below which `c/` is; ends with `/`. */
  readonly scope: string;
  /** Digest of the container's manifest. */
  readonly manifest: Digest;
  /** Catalogs that may have it, beside those of the user's sources. */
  readonly sources: readonly string[];
  readonly fetch: LocalFetch;
  /** The device, if this thread can read it: what is there need not go through the routes. */
  readonly contents?: ContentStore | undefined;
  /** Hears of what could not be looked up or kept: it is used all the same. Each code once. */
  readonly onNotice?: ((error: AppError) => void) | undefined;
  /** Hears of the bytes of parts that were read, unpacked, and where they came from. */
  readonly onRead?: ((origin: ReadOrigin, bytes: number) => void) | undefined;
}

/** Asks the local routes for the content of one container. */
export class ContentClient {
  readonly manifest: Digest;
  readonly #parts: ContentClientParts;
  readonly #told = new Set<string>();

  constructor(parts: ContentClientParts) {
    this.manifest = parts.manifest;
    this.#parts = parts;
  }

  /** A document, from the device or whoever has it. @throws AppError as the routes do */
  async document({ digest }: DocumentRef, options: Cancellable = {}): Promise<Bytes> {
    const [kept] = await this.kept([digest]);
    if (kept) return kept;
    const path = digest === this.manifest ? 'manifest' : `blobs/${digest}`;
    return this.#whole(path, {}, options, async (response) => new Uint8Array(await response.arrayBuffer()));
  }

  /** What of `digests` is on the device, as far as this thread can see. */
  async kept(digests: readonly Digest[]): Promise<readonly (Bytes | undefined)[]> {
    try {
      return (await this.#parts.contents?.get(digests)) ?? [];
    } catch (error) {
      this.#notice(AppError.from(error));
      return [];
    }
  }

  /** Those of `digests` that are not on the device, as far as this thread can see. */
  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    try {
      return (await this.#parts.contents?.missing(digests)) ?? digests;
    } catch (error) {
      this.#notice(AppError.from(error));
      return digests;
    }
  }

  /** Opens bytes of a part, from `first` to `last`. @throws AppError as the routes do */
  async open(part: PartName, first: number, last: number, options: Cancellable): Promise<Response> {
    const response = await this.#ask(part, { headers: { Range: `bytes=${first}-${last}` } }, options);
    const { memory, device, network } = parseOrigins(response.headers.get(LOCAL_ORIGIN_HEADER) ?? '');
    this.noteRead('device', memory + device);
    this.noteRead('network', network);
    return response;
  }

  /** Bytes of a part were read. */
  noteRead(origin: ReadOrigin, bytes: number): void {
    if (bytes > 0) this.#parts.onRead?.(origin, bytes);
  }

  /**
   * Brings chunks of a part, or all documents, to the device.
   * @param background nobody waits for it
   * @returns bytes that came over the network
   * @throws AppError as the routes do
   */
  async bring(
    part: PartName | 'documents',
    chunks: readonly number[],
    { background = false, ...options }: Cancellable & { readonly background?: boolean } = {},
  ): Promise<number> {
    const init = { method: 'POST', body: JSON.stringify({ part, chunks, background }) };
    const answer: unknown = await this.#whole('fetch', init, options, (response) => response.json());
    return v.parse(FetchedSchema, answer).bytes;
  }

  /** What of the container is on the device. @throws AppError as the routes do */
  async status(options: Cancellable = {}): Promise<ContainerStatus> {
    const answer: unknown = await this.#whole('status', {}, options, (response) => response.json());
    return v.parse(ContainerStatusSchema, answer);
  }

  /** An answer that is read as a whole: one that breaks off is asked for again. */
  async #whole<T>(
    path: string,
    init: RequestInit,
    options: Cancellable,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    for (let tried = 1; ; tried++) {
      const response = await this.#ask(path, init, options);
      try {
        return await read(response);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (tried === TRIES) throw brokenOff(error);
      }
    }
  }

  async #ask(path: string, init: RequestInit, { signal }: Cancellable): Promise<Response> {
    const { scope, sources, fetch } = this.#parts;
    const url = contentUrl(scope, this.manifest, path, sources);
    const response = await fetch(new Request(url, { ...init, signal: signal ?? null }));
    const error = await errorOf(response);
    if (error) throw error;
    const notice = response.headers.get(LOCAL_NOTICE_HEADER);
    if (notice !== null) this.#notice(parseRecord(notice));
    return response;
  }

  #notice(error: AppError): void {
    if (this.#told.has(error.code)) return;
    this.#told.add(error.code);
    this.#parts.onNotice?.(error);
  }
}

/** What an answer of this app's own routes failed of that broke off again and again. */
export function brokenOff(cause: unknown): AppError {
  const detail = `its answers break off (${String(cause)})`;
  return new AppError('app/no-service-worker', { detail }, { cause });
}
