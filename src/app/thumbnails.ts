import type { CatalogEntry, Descriptor, Digest } from '#domain/container/index.ts';
import { blobPath } from '#domain/container/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import { fetchBytes, sha256 } from '#storage/index.ts';

/** Most bytes of a picture on a card; larger ones are not fetched. */
const MAX_BYTES = 512 * 1024;

/** The pictures of containers: a few KB that belong to the card, verified, and kept so that it has them offline too. */
export class Thumbnails {
  readonly #contents: () => Promise<ContentStore>;
  readonly #urls = new Map<Digest, Promise<string | undefined>>();

  constructor(contents: () => Promise<ContentStore>) {
    this.#contents = contents;
  }

  /**
   * Where the picture's bytes are: an object URL for as long as the page lives; undefined when there is none to be had.
   * @param mirrors catalogs beside which it may be, best first
   */
  async urlOf({ thumbnail }: CatalogEntry, mirrors: readonly string[]): Promise<string | undefined> {
    if (!thumbnail || thumbnail.size > MAX_BYTES) return undefined;
    const known = this.#urls.get(thumbnail.digest);
    if (known) return known;
    const url = this.#load(thumbnail, mirrors).catch(() => undefined);
    this.#urls.set(thumbnail.digest, url);
    // The next listing tries again.
    if ((await url) === undefined) this.#urls.delete(thumbnail.digest);
    return url;
  }

  async #load(descriptor: Descriptor, mirrors: readonly string[]): Promise<string | undefined> {
    const contents = await this.#contents();
    const [kept] = await contents.get([descriptor.digest]).catch(() => []);
    const bytes = kept ?? (await this.#fetch(contents, descriptor, mirrors));
    return bytes && URL.createObjectURL(new Blob([bytes], { type: descriptor.mediaType }));
  }

  async #fetch(
    contents: ContentStore,
    { digest, size }: Descriptor,
    mirrors: readonly string[],
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (const mirror of mirrors) {
      const bytes = await fetchBytes(new URL(blobPath(digest), mirror).href, size).catch(() => undefined);
      if (!bytes || (await sha256(bytes)) !== digest) continue;
      await contents.put([{ digest, bytes }]).catch(() => undefined);
      return bytes;
    }
    return undefined;
  }
}
