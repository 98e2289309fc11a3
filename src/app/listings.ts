import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContainerListing, Download, LocalState } from '#ports/portolan.ts';
import type { ContainerRecord, ContainerStatus, SignedEntry } from '#storage/index.ts';

/** What listings are put together from. */
export interface ListingParts {
  /** What the user's sources list. @throws AppError when nothing is known and no source answers */
  catalog(options: Cancellable): Promise<readonly SignedEntry[]>;
  /** The containers that this device knows. */
  records(): Promise<readonly ContainerRecord[]>;
  statusOf(manifest: Digest): Promise<ContainerStatus>;
  thumbnailOf(entry: CatalogEntry, mirrors: readonly string[]): Promise<string | undefined>;
  downloadOf(manifest: Digest): Download | undefined;
}

/** A container of this device, and how much of it is here. */
interface Here {
  readonly record: ContainerRecord;
  readonly status: ContainerStatus;
}

/** Says of each container where it comes from and what of it is here. */
export class Listings {
  readonly #parts: ListingParts;
  /** Looking at thousands of chunks takes a while, and listings are asked for often: see `lookAgain`. */
  readonly #statuses = new Map<string, Promise<ContainerStatus>>();

  constructor(parts: ListingParts) {
    this.#parts = parts;
  }

  /**
   * What the sources list, and the containers of this device that none of them lists any more.
   * @throws AppError as `ListingParts.catalog`, where there is neither
   */
  async list(options: Cancellable = {}): Promise<readonly ContainerListing[]> {
    const here = await this.#here();
    const orphans = [...here.values()].flatMap(({ record }) => (record.entry ? [ownEntry(record, record.entry)] : []));
    const listed = await this.#parts.catalog(options).catch((error: unknown) => {
      if (orphans.length === 0) throw error;
      return [];
    });
    const known = new Set(listed.map(({ entry }) => entry.manifest.digest));
    const unlisted = orphans.filter(({ entry }) => !known.has(entry.manifest.digest));
    return Promise.all([...listed, ...unlisted].map((each) => this.#describe(each, here)));
  }

  /** What is here has changed. */
  lookAgain(): void {
    this.#statuses.clear();
  }

  /** The listing of an entry that is in no source of the user's. */
  async describe(signed: SignedEntry): Promise<ContainerListing> {
    return this.#describe(signed, await this.#here());
  }

  async #describe(signed: SignedEntry, here: ReadonlyMap<Digest, Here>): Promise<ContainerListing> {
    const { entry, mirrors } = signed;
    const { digest } = entry.manifest;
    return {
      ...signed,
      thumbnailUrl: await this.#parts.thumbnailOf(entry, mirrors),
      local: localState(entry, here),
      download: this.#parts.downloadOf(digest),
    };
  }

  /** Looks only at the device: a container of which nothing was asked for is not read from a server. */
  async #here(): Promise<ReadonlyMap<Digest, Here>> {
    const records = await this.#parts.records();
    const statuses = await Promise.all(records.map(({ digest }) => this.#statusOf(digest)));
    const known = statuses.flatMap((status, i) => {
      const record = records[i];
      return record && status.here > 0 ? [[status.digest, { record, status }] as const] : [];
    });
    return new Map(known);
  }

  #statusOf(manifest: Digest): Promise<ContainerStatus> {
    const known = this.#statuses.get(manifest) ?? this.#parts.statusOf(manifest);
    this.#statuses.set(manifest, known);
    known.catch(() => this.#statuses.delete(manifest));
    return known;
  }
}

function localState({ id, kind, manifest, size }: CatalogEntry, here: ReadonlyMap<Digest, Here>): LocalState {
  const status = here.get(manifest.digest)?.status;
  if (status && isWhole(status)) return { name: 'offline-ready' };
  const older = [...here.values()].find(({ record, status: { digest } }) => {
    return record.entry?.id === id && record.entry.kind === kind && digest !== manifest.digest;
  });
  if (older && isWhole(older.status)) {
    const bytes = status ? status.total - status.here : size;
    return { name: 'update-available', here: older.record.digest, version: older.record.version, bytes };
  }
  return status ? { name: 'partial', share: status.here / status.total } : { name: 'absent' };
}

function isWhole({ here, total }: ContainerStatus): boolean {
  return total > 0 && here === total;
}

/** A container that is here, as its source listed it when it was last seen there. */
function ownEntry({ mirrors }: ContainerRecord, entry: CatalogEntry): SignedEntry {
  return { entry, mirrors, conflicts: [], staleSince: undefined, signature: { name: 'unsigned' } };
}
