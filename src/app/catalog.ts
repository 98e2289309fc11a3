import { CatalogSchema, parseJson, type CatalogEntry, type Descriptor, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { ContainerListing, LocalState } from '#ports/portolan.ts';
import { BlobReader, loadCompression, RemoteContainer, shareHere } from '#storage/index.ts';

/** This server's catalog, and what of it is on this device. */
export class CatalogReader {
  /** Absolute URL of catalog.json. */
  readonly url: string;
  readonly #contents: () => Promise<ContentStore>;
  readonly #thumbnails = new Map<Digest, Promise<string | undefined>>();

  constructor(url: string, contents: () => Promise<ContentStore>) {
    this.url = url;
    this.#contents = contents;
  }

  /** @throws AppError `source/*`, `format/invalid` */
  async list(options: Cancellable = {}): Promise<readonly ContainerListing[]> {
    const entries = await this.#entries(options);
    return Promise.all(entries.map((entry) => this.#describe(entry, options)));
  }

  /** The container of this id, or of this manifest's digest. @throws as `list` */
  async find(ref: string, options: Cancellable = {}): Promise<CatalogEntry | undefined> {
    return (await this.#entries(options)).find(({ id, manifest }) => id === ref || manifest.digest === ref);
  }

  async #entries(options: Cancellable): Promise<readonly CatalogEntry[]> {
    return parseJson(CatalogSchema, await this.#fetch(options), 'The catalog').entries;
  }

  async #fetch({ signal }: Cancellable): Promise<string> {
    const { url } = this;
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
    const [thumbnailUrl, local] = await Promise.all([
      entry.thumbnail && this.#thumbnail(entry.thumbnail),
      this.#localState(entry, options),
    ]);
    return { entry, catalogUrl: this.url, thumbnailUrl, local };
  }

  /** A few KB that belong to the card: verified, and kept so that the card has them offline too. */
  #thumbnail(descriptor: Descriptor): Promise<string | undefined> {
    const known = this.#thumbnails.get(descriptor.digest);
    if (known) return known;
    const url = this.#loadThumbnail(descriptor).catch(() => {
      // The next listing tries again.
      this.#thumbnails.delete(descriptor.digest);
      return undefined;
    });
    this.#thumbnails.set(descriptor.digest, url);
    return url;
  }

  async #loadThumbnail(descriptor: Descriptor): Promise<string | undefined> {
    const blobs = new BlobReader(this.url, await this.#contents(), () => undefined);
    const bytes = await blobs.bytes(descriptor);
    return URL.createObjectURL(new Blob([bytes], { type: descriptor.mediaType }));
  }

  /** Looks only at the device: a container of which nothing was asked for is not read from the server. */
  async #localState(entry: CatalogEntry, options: Cancellable): Promise<LocalState> {
    const contents = await this.#contents();
    const documents = await contents.missing([entry.manifest.digest]).catch(() => [entry.manifest.digest]);
    if (documents.length > 0) return { name: 'absent' };
    const blobs = new BlobReader(this.url, contents, () => undefined);
    try {
      const container = await RemoteContainer.open(entry.manifest, blobs, loadCompression, options);
      const share = await shareHere(container, contents, options);
      return share === 1 ? { name: 'offline-ready' } : { name: 'partial', share };
    } catch {
      return { name: 'partial', share: 0 };
    }
  }
}
