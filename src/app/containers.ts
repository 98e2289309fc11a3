import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContainerListing } from '#ports/portolan.ts';
import {
  ContainerKeeper,
  ContainerShelf,
  ContentClient,
  type ContainerRecord,
  type LocalFetch,
  type SourcesClient,
  type Storage,
} from '#storage/index.ts';
import { Downloads, type DownloadWish } from './downloads.ts';
import { Listings } from './listings.ts';
import { Thumbnails } from './thumbnails.ts';

/** Milliseconds between two words of progress. */
const TELL_MS = 200;

export interface ContainersParts {
  /** Absolute URL of the app, ends with `/`. */
  readonly scope: string;
  readonly fetch: LocalFetch;
  readonly storage: Promise<Storage>;
  readonly sources: SourcesClient;
  /** What is listed, or what is here, has changed. */
  readonly onChange: () => void;
}

/** The containers and runtimes that the page shows: what is listed, what is here, what is on its way. */
export class Containers {
  readonly downloads: Downloads;
  readonly listings: Listings;
  readonly shelf: Promise<ContainerShelf>;
  readonly #parts: ContainersParts;
  #telling = false;

  constructor(parts: ContainersParts) {
    const { scope, fetch, storage, sources } = parts;
    this.#parts = parts;
    this.shelf = storage.then((opened) => new ContainerShelf(opened));
    const keeper = new ContainerKeeper({ scope, fetch });
    this.downloads = new Downloads({
      keep: (manifest, options) => keeper.keep(manifest, options),
      progressOf: (manifest) => keeper.progressOf(manifest),
      wishes: async () => wishesOf(await this.#records()),
      setWish: async (manifest, wish) => (await this.shelf).setDownload(manifest, wish),
      onChange: (settled) => (settled ? this.changed() : this.#tellSoon()),
    });
    const thumbnails = new Thumbnails(async () => (await storage).contents);
    this.listings = new Listings({
      catalog: async (options) => (await sources.catalog(options)).entries,
      records: () => this.#records(),
      statusOf: (manifest) => this.#client(manifest).status(),
      thumbnailOf: (entry, mirrors) => thumbnails.urlOf(entry, mirrors),
      downloadOf: (manifest) => this.downloads.get(manifest),
    });
  }

  /** Those of one kind. @throws AppError as `Listings.list` */
  async ofKind(kind: CatalogEntry['kind'], options?: Cancellable): Promise<readonly ContainerListing[]> {
    return (await this.listings.list(options)).filter(({ entry }) => entry.kind === kind);
  }

  /** What is listed, or known here, by its digest. @throws AppError `container/unavailable` */
  async find(manifest: Digest, options?: Cancellable): Promise<ContainerListing> {
    const listing = (await this.listings.list(options)).find(({ entry }) => entry.manifest.digest === manifest);
    if (listing) return listing;
    throw new AppError('container/unavailable', { digest: manifest });
  }

  /** Downloads a container whole. @throws AppError `container/unavailable` when it is neither listed nor known here */
  async keep(manifest: Digest): Promise<void> {
    const listing = await this.find(manifest);
    await this.note(listing.entry, listing.mirrors);
    await this.downloads.keep(manifest);
  }

  /** Writes down how a catalog lists a container, and who has it. */
  async note(entry: CatalogEntry, mirrors: readonly string[]): Promise<void> {
    await (await this.shelf).note(entry, mirrors);
  }

  /** Machines, downloads and removals change what is here. */
  changed(): void {
    this.listings.lookAgain();
    this.#parts.onChange();
  }

  /** Pages show progress a few times a second; bytes arrive more often. */
  #tellSoon(): void {
    if (this.#telling) return;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      this.#parts.onChange();
    }, TELL_MS);
  }

  async #records(): Promise<readonly ContainerRecord[]> {
    return (await this.shelf).records();
  }

  #client(manifest: Digest): ContentClient {
    const { scope, fetch } = this.#parts;
    return new ContentClient({ scope, fetch, manifest, sources: [] });
  }
}

function wishesOf(records: readonly ContainerRecord[]): ReadonlyMap<Digest, DownloadWish> {
  return new Map(records.map(({ digest, download }) => [digest, download]));
}
