import { planEviction, planRemoval, type Evictable } from '#domain/chunks/index.ts';
import { CHUNK_BYTES, type CatalogEntry, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import type { MachineRecords } from '#ports/machine-records.ts';
import type { StoredContainer } from '#ports/storage-report.ts';
import type { ContainerRecord, ContainerRecords } from '../container-records.ts';
import { Container, piecesOf } from './container.ts';
import { alone, heldContainers, unlessHeld } from './locks.ts';

export interface ShelfParts {
  readonly contents: ContentStore;
  readonly containers: ContainerRecords;
  /** Undefined where nothing is kept. */
  readonly machines: { readonly records: Pick<MachineRecords, 'list'> } | undefined;
}

/** What of the containers is on this device, and what may leave it. Errors: `storage/*` and what each method names. */
export class ContainerShelf {
  readonly #contents: ContentStore;
  readonly #records: ContainerRecords;
  readonly #machines: ShelfParts['machines'];

  constructor({ contents, containers, machines }: ShelfParts) {
    this.#contents = contents;
    this.#records = containers;
    this.#machines = machines;
  }

  /** The containers of which something is here, or that are trusted. */
  async list(): Promise<readonly StoredContainer[]> {
    const [rows, records] = await Promise.all([this.#evictables(), this.#records.list()]);
    return rows.flatMap((row) => {
      const record = records.find(({ digest }) => digest === row.digest);
      // What is trusted can be found, to be trusted no longer, though nothing of it is here now.
      if (!record || (row.pieces.size === 0 && record.trusted !== true)) return [];
      const { digest, title, version, pinned, trusted = false, usedAt } = record;
      // A link or a file names containers alone; runtimes are found in catalogs.
      const kind = record.entry?.kind ?? 'container';
      const bytes = [...row.pieces.values()].reduce((sum, each) => sum + each, 0);
      const { bytes: ownBytes } = planRemoval(rows, new Set([digest]));
      return [{ digest, kind, title, version, bytes, ownBytes, pinned, trusted, inUse: row.needed, usedAt }];
    });
  }

  /** What is known of the containers, whether or not anything of them is here. */
  records(): Promise<readonly ContainerRecord[]> {
    return this.#records.list();
  }

  async pin(digest: Digest, pinned: boolean): Promise<void> {
    await this.#change(digest, { pinned });
  }

  /** @throws AppError `container/unavailable` for one that is not known here */
  async trust(digest: Digest, trusted: boolean): Promise<void> {
    if (!(await this.#change(digest, { trusted }))) throw new AppError('container/unavailable', { digest });
  }

  async isTrusted(digest: Digest): Promise<boolean> {
    return (await this.#records.get(digest))?.trusted === true;
  }

  /**
   * Writes down that something of a container is here, and who had it.
   * @param isUsed a machine starts from it now
   */
  async remember(container: Container, from: Iterable<string>, isUsed = false): Promise<ContainerRecord | undefined> {
    const fresh = newRecord(container);
    return this.#records.update(container.digest, (before) => {
      const known = before?.mirrors ?? [];
      const mirrors = [...new Set([...known, ...from])];
      if (before && !isUsed && mirrors.length === known.length) return undefined;
      return { ...fresh, ...before, mirrors, usedAt: isUsed ? fresh.usedAt : (before?.usedAt ?? fresh.usedAt) };
    });
  }

  /** Remembers what the user wants of its download, so that it goes on after a reload. */
  async setDownload(digest: Digest, download: ContainerRecord['download']): Promise<void> {
    await this.#change(digest, { download });
  }

  /** Writes down how a catalog lists a container: it is shown so when no catalog does any more. */
  async note(entry: CatalogEntry, from: Iterable<string>): Promise<void> {
    const { manifest, title, version, size: bytes } = entry;
    const now = Date.now();
    const fresh = { title, version, bytes, pinned: false, usedAt: now, firstKeptAt: now, download: 'none' } as const;
    await this.#records.update(manifest.digest, (before) => {
      const mirrors = [...new Set([...(before?.mirrors ?? []), ...from])];
      return { ...fresh, ...before, digest: manifest.digest, entry, mirrors };
    });
  }

  /** Removes what no other container and no machine needs. @throws AppError `container/in-use` */
  async remove(digest: Digest): Promise<void> {
    await alone(async () => {
      const rows = await this.#evictables();
      const inUse = rows.find((row) => row.digest === digest)?.needed ?? false;
      const removed = inUse ? undefined : await unlessHeld(digest, () => this.#drop(rows, digest));
      if (!removed)
        throw new AppError('container/in-use', { title: (await this.#records.get(digest))?.title ?? digest });
    });
  }

  /**
   * Evicts containers to free at least `bytes`, those first that were not used for longest; never one that is pinned, or
   * that a machine, a download or who asks needs.
   * @param except is needed by who asks
   * @returns false when nothing could go
   */
  async makeRoom(bytes: number, except: readonly Digest[]): Promise<boolean> {
    return alone(async () => {
      const rows = (await this.#evictables()).filter(({ pieces }) => pieces.size > 0);
      const spared = rows.map((row) => (except.includes(row.digest) ? { ...row, needed: true } : row));
      let left: readonly Evictable[] = rows;
      for (const digest of planEviction(spared, bytes).containers) {
        const { pieces } = planRemoval(left, new Set([digest]));
        // Its record stays: what the user said about it, and where it can be had again.
        const gone = await unlessHeld(digest, () => this.#contents.remove(pieces).then(() => true));
        if (gone) left = left.filter((row) => row.digest !== digest);
      }
      return left.length < rows.length;
    });
  }

  async #change(digest: Digest, change: Partial<ContainerRecord>): Promise<ContainerRecord | undefined> {
    return this.#records.update(digest, (before) => before && { ...before, ...change });
  }

  /** The record goes last: whatever happens before that, the rest can still be found and removed. */
  async #drop(rows: readonly Evictable[], digest: Digest): Promise<true> {
    await this.#contents.remove(planRemoval(rows, new Set([digest])).pieces);
    await this.#records.remove(digest);
    return true;
  }

  async #evictables(): Promise<readonly Evictable[]> {
    const [records, machines] = await Promise.all([this.#records.list(), this.#machines?.records.list()]);
    const known = new Map(records.map((record) => [record.digest, record]));
    const ofMachines = new Set(machines?.map(({ manifest }) => manifest.digest));
    const digests = [...new Set([...known.keys(), ...ofMachines])];
    const held = await heldContainers(digests);
    return Promise.all(
      digests.map(async (digest) => {
        const { usedAt = 0, pinned = false } = known.get(digest) ?? {};
        const needed = ofMachines.has(digest) || held.has(digest);
        return { digest, usedAt, pinned, needed, pieces: await this.#piecesHere(digest) };
      }),
    );
  }

  /** What of a container is here, and the bytes that it takes; as far as its documents are here to tell. */
  async #piecesHere(digest: Digest): Promise<ReadonlyMap<Digest, number>> {
    const all = await this.#piecesOf(digest);
    const missing = new Set(await this.#contents.missing([...all.keys()]));
    return new Map([...all].filter(([piece]) => !missing.has(piece)));
  }

  async #piecesOf(digest: Digest): Promise<ReadonlyMap<Digest, number>> {
    const container = await Container.open(digest, (ref) => this.#kept(ref.digest)).catch(() => undefined);
    // Without its config a container tells nothing, but its manifest takes room, too.
    if (!container) return new Map([[digest, 0]]);
    const parts = await Promise.all(container.partNames.map((name) => container.part(name).catch(() => undefined)));
    const chunks = parts.flatMap((part) => (part ? piecesOf(part) : []));
    return new Map([
      ...container.documents.map(({ digest: document, size }) => [document, size] as const),
      ...chunks.map((chunk) => [chunk.digest, CHUNK_BYTES] as const),
    ]);
  }

  async #kept(digest: Digest): Promise<Uint8Array<ArrayBuffer>> {
    const [bytes] = await this.#contents.get([digest]);
    if (bytes) return bytes;
    throw new AppError('container/unavailable', { digest });
  }
}

function newRecord({ digest, title, version, documents, blobs }: Container): ContainerRecord {
  const now = Date.now();
  const bytes = [...documents, ...blobs].reduce((sum, { size }) => sum + size, 0);
  const state = { pinned: false, usedAt: now, firstKeptAt: now, download: 'none' } as const;
  return { digest, entry: undefined, title, version, bytes, mirrors: [], ...state };
}
