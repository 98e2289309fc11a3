import { blobPath, CatalogSchema, parseJson, type CatalogEntry } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { ContainerListing, LocalState } from '#ports/portolan.ts';
import { BlobReader, loadCompression, RemoteContainer, shareHere } from '#storage/index.ts';

/** This server's catalog, and what of it is on this device. */
export class CatalogReader {
  readonly #url: string;
  readonly #contents: () => Promise<ContentStore>;

  /** @param url absolute URL of catalog.json */
  constructor(url: string, contents: () => Promise<ContentStore>) {
    this.#url = url;
    this.#contents = contents;
  }

  /** @throws AppError `source/*`, `format/invalid` */
  async list(options: Cancellable = {}): Promise<readonly ContainerListing[]> {
    const { entries } = parseJson(CatalogSchema, await this.#fetch(options), 'The catalog');
    return Promise.all(entries.map((entry) => this.#describe(entry, options)));
  }

  async #fetch({ signal }: Cancellable): Promise<string> {
    const url = this.#url;
    try {
      const response = await fetch(url, signal ? { signal } : {});
      if (!response.ok) throw new AppError('source/http-status', { url, status: response.status });
      return await response.text();
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof AppError) throw cause;
      throw new AppError('source/unreachable', { url, detail: String(cause) }, { cause });
    }
  }

  async #describe(entry: CatalogEntry, options: Cancellable): Promise<ContainerListing> {
    const thumbnailUrl = entry.thumbnail && new URL(blobPath(entry.thumbnail.digest), this.#url).href;
    return { entry, catalogUrl: this.#url, thumbnailUrl, local: await this.#localState(entry, options) };
  }

  /** Looks only at the device: a container of which nothing was asked for is not read from the server. */
  async #localState(entry: CatalogEntry, options: Cancellable): Promise<LocalState> {
    const contents = await this.#contents();
    const documents = await contents.missing([entry.manifest.digest]).catch(() => [entry.manifest.digest]);
    if (documents.length > 0) return { name: 'absent' };
    const blobs = new BlobReader(this.#url, contents, () => undefined);
    try {
      const container = await RemoteContainer.open(entry.manifest, blobs, loadCompression, options);
      const share = await shareHere(container, contents, options);
      return share === 1 ? { name: 'offline-ready' } : { name: 'partial', share };
    } catch {
      return { name: 'partial', share: 0 };
    }
  }
}
