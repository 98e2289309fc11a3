import { blobPath, partName, type Descriptor, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContentStore } from '#ports/content-store.ts';
import { sha256 } from '../digest.ts';
import { fetchBytes } from './fetch-bytes.ts';

/** Most bytes of a blob that is read whole; disks and snapshots go by chunks. */
const MAX_WHOLE_BLOB_BYTES = 64 * 1024 * 1024;

type Chunk = Uint8Array<ArrayBuffer>;

/** Reads whole blobs of a server: from this device where they are, else fetched, verified and kept. */
export class BlobReader {
  readonly #catalogUrl: string;
  readonly #store: ContentStore;
  readonly #onError: (error: AppError) => void;

  /** @param onError hears of content that was read but could not be kept: it is used all the same */
  constructor(catalogUrl: string, store: ContentStore, onError: (error: AppError) => void) {
    this.#catalogUrl = catalogUrl;
    this.#store = store;
    this.#onError = onError;
  }

  /** Where a blob is on the server. */
  urlOf(descriptor: Descriptor): string {
    return new URL(blobPath(descriptor.digest), this.#catalogUrl).href;
  }

  /** @throws AppError `source/*`, `chunk/digest-mismatch` */
  async bytes(descriptor: Descriptor, options: Cancellable = {}): Promise<Uint8Array<ArrayBuffer>> {
    const [kept] = await this.kept([descriptor.digest], options);
    if (kept) return kept;
    const url = this.urlOf(descriptor);
    if (descriptor.size > MAX_WHOLE_BLOB_BYTES) {
      throw new AppError('format/invalid', { what: url, detail: `${descriptor.size} bytes are too many for one part` });
    }
    const bytes = await fetchBytes(url, descriptor.size, options);
    if ((await sha256(bytes)) !== descriptor.digest) {
      throw new AppError('chunk/digest-mismatch', { what: partName(descriptor.mediaType), url });
    }
    await this.keep([{ digest: descriptor.digest, bytes }]);
    return bytes;
  }

  /** The blob as UTF-8. @throws as `bytes` */
  async text(descriptor: Descriptor, options: Cancellable = {}): Promise<string> {
    return new TextDecoder().decode(await this.bytes(descriptor, options));
  }

  /** What of `digests` is on the device; nothing where the device does not answer, as the server has it too. */
  async kept(digests: readonly Digest[], options: Cancellable = {}): Promise<readonly (Chunk | undefined)[]> {
    try {
      return await this.#store.get(digests, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      this.#onError(AppError.from(error));
      return digests.map(() => undefined);
    }
  }

  /** Keeps verified content on the device; where that fails the caller goes on without. */
  async keep(contents: Parameters<ContentStore['put']>[0]): Promise<void> {
    await this.#store.put(contents).catch((error: unknown) => this.#onError(AppError.from(error)));
  }
}
