import { chunksOf, type ByteSpan } from '#domain/chunks/index.ts';
import { CHUNK_BYTES, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { MirrorDirectory } from '#ports/sources.ts';
import { ChunkFetcher, type ChunkedPart } from '../remote/chunk-fetcher.ts';
import type { Urgency } from '../remote/gate.ts';
import { Mirrors } from '../remote/mirrors.ts';
import type { Pacing } from '../remote/pacing.ts';
import { BusyContainers } from './busy.ts';
import { ChunkReader, type Asked, type Origin } from './chunk-reader.ts';
import { streamChunks } from './chunk-stream.ts';
import { Container } from './container.ts';
import { ContainerShelf, type ShelfParts } from './container-shelf.ts';
import { ContentWriter } from './content-writer.ts';
import { DocumentReader } from './document-reader.ts';
import type { FileBody } from './file-answer.ts';
import { MemoryCache } from './memory-cache.ts';
import { describeContainer, describeUnknown, type ContainerStatus } from './status.ts';

export interface LibraryParts {
  readonly storage: ShelfParts;
  /** Where containers can be had. */
  readonly directory: MirrorDirectory;
  readonly compression: () => Promise<Compression>;
  /** Most bytes of chunks that are held in memory. Default 32 MiB. */
  readonly memoryBytes?: number | undefined;
  readonly pacing?: Pacing | undefined;
}

/** A container that is being read, and by whom it may be had. */
export interface OpenContainer {
  readonly container: Container;
  readonly wanted: { readonly manifest: Digest; readonly from: Set<string> };
  /** When its manifest was first kept here, in milliseconds since the epoch. */
  readonly firstKeptAt: number;
}

type Served = Readonly<Record<Origin, number>>;

const NOTHING_SERVED: Served = { memory: 0, device: 0, network: 0 };

const MEMORY_BYTES = 32 * 1024 * 1024;
/** Containers whose documents are held in memory. */
const MAX_OPEN = 16;
/** Chunks up to which an answer says beforehand where its bytes come from. */
const MAX_LOCATED = 256;
/** Milliseconds for which a failure to keep something is told. */
const PROBLEM_MS = 30_000;

/** The containers that this thread reads, and what they share: memory, requests, writes. */
export class Library {
  readonly #storage: LibraryParts['storage'];
  readonly #shelf: ContainerShelf;
  readonly #documents: DocumentReader;
  readonly #chunks: ChunkReader;
  readonly #open = new Map<Digest, Promise<OpenContainer>>();
  /** Containers whose status was asked for. */
  readonly #kept = new Map<Digest, Container>();
  readonly #lengths = new Map<Digest, Promise<number>>();
  readonly #served = new Map<Digest, Served>();
  readonly #busy = new BusyContainers();
  #problem: { readonly error: AppError; readonly at: number } | undefined;

  constructor({ storage, directory, compression, memoryBytes = MEMORY_BYTES, pacing }: LibraryParts) {
    this.#shelf = new ContainerShelf(storage);
    const store = storage.contents;
    const writer = new ContentWriter(store, (bytes) => this.#shelf.makeRoom(bytes, this.#busy.list()));
    const mirrors = new Mirrors(directory, pacing);
    const onError = (error: AppError): void => this.#onError(error);
    const fetcher = new ChunkFetcher(mirrors, compression);
    this.#storage = storage;
    this.#documents = new DocumentReader({ store, writer, mirrors, onError });
    this.#chunks = new ChunkReader({ store, writer, fetcher, memory: new MemoryCache(memoryBytes), onError });
  }

  /** Why something that was read of late could not be kept; undefined when all could. */
  get problem(): AppError | undefined {
    return this.#problem && Date.now() - this.#problem.at < PROBLEM_MS ? this.#problem.error : undefined;
  }

  /**
   * Opens a container, from the device or from whoever has it.
   * @param from catalogs that may have it, beside those of the user's sources; they are remembered
   * @throws AppError `container/unavailable`, `source/*`, `chunk/digest-mismatch`, `format/invalid`
   */
  async open(manifest: Digest, from: readonly string[]): Promise<OpenContainer> {
    // It may have been removed by another thread since: then it has to be written down anew.
    const record = await this.#record(manifest);
    if (!record) this.#open.delete(manifest);
    const opening = this.#open.get(manifest) ?? this.#openNew(manifest, [...from, ...(record?.mirrors ?? [])]);
    const opened = await opening;
    const isNew = from.some((url) => !opened.wanted.from.has(url) || record?.mirrors.includes(url) === false);
    for (const url of from) opened.wanted.from.add(url);
    if (isNew) await this.#remember(opened.container, opened.wanted.from);
    return opened;
  }

  /** What of a container is on the device, found out without fetching anything. */
  async status(manifest: Digest): Promise<ContainerStatus> {
    const served = this.#served.get(manifest) ?? NOTHING_SERVED;
    const container = this.#kept.get(manifest) ?? (await this.#openKept(manifest));
    const status = container && (await describeContainer(container, this.#storage.contents, served));
    if (status?.known) return status;
    this.#kept.delete(manifest);
    return describeUnknown(manifest, served);
  }

  /** A container whose manifest, config and chunk lists are on the device; undefined when one is not. */
  async #openKept(manifest: Digest): Promise<Container | undefined> {
    const read = async (ref: { readonly digest: Digest }): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = await this.#documents.kept(ref.digest);
      if (!bytes) throw new AppError('container/unavailable', { digest: manifest });
      return bytes;
    };
    try {
      const container = await Container.open(manifest, read);
      await container.pieces();
      if (!(await this.#record(manifest))) await this.#remember(container, []);
      setBounded(this.#kept, manifest, container);
      return container;
    } catch {
      return undefined;
    }
  }

  /** The bytes of a span of a part as a stream; resolves when the first are there. @throws AppError as `open` */
  async stream(
    { container, wanted }: OpenContainer,
    part: ChunkedPart,
    size: number,
    span: ByteSpan,
  ): Promise<FileBody> {
    const asked: Asked = { wanted: this.#read(wanted), part, urgency: 'now' };
    const { first, last } = chunksOf(span, CHUNK_BYTES);
    const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const [origins, content] = await Promise.all([
      indexes.length <= MAX_LOCATED ? this.#chunks.locate(asked, indexes) : undefined,
      streamChunks(this.#chunks, asked, span, {
        check: (index, bytes) => checkLength(container, { index, bytes: bytes.length, size }),
        onServed: (origin, bytes) => this.#count(container.digest, origin, bytes),
      }),
    ]);
    return { content, origins };
  }

  /** Uncompressed length of a part of which nothing says it: only its last chunk knows. */
  lengthOf({ wanted }: OpenContainer, part: ChunkedPart): Promise<number> {
    const last = part.records.length - 1;
    if (last < 0) return Promise.resolve(0);
    const known = this.#lengths.get(part.blob.digest);
    if (known) return known;
    const [chunk] = this.#chunks.read({ wanted: this.#read(wanted), part, urgency: 'now' }, [last]);
    const length = Promise.resolve(chunk).then((loaded) => last * CHUNK_BYTES + (loaded?.bytes.length ?? 0));
    this.#lengths.set(part.blob.digest, length);
    length.catch(() => this.#lengths.delete(part.blob.digest));
    return length;
  }

  /** Brings all documents to the device. @returns bytes from the network @throws AppError as `open`, and `storage/*` */
  ensureDocuments({ container, wanted }: OpenContainer): Promise<number> {
    return this.#busy.during(container.digest, this.#documents.ensure(spread(wanted), container.documents));
  }

  /** Brings chunks to the device. @returns bytes from the network @throws AppError as `open`, and `storage/*` */
  ensureChunks(
    { wanted }: OpenContainer,
    part: ChunkedPart,
    chunks: readonly number[],
    urgency: Urgency,
  ): Promise<number> {
    const arrival = this.#chunks.ensure({ wanted: spread(wanted), part, urgency }, chunks);
    return this.#busy.during(wanted.manifest, arrival);
  }

  /** Resolves when nothing is being fetched or stored. */
  idle(): Promise<void> {
    return this.#chunks.idle();
  }

  #openNew(manifest: Digest, from: readonly string[]): Promise<OpenContainer> {
    const opening = this.#load({ manifest, from: new Set(from) });
    setBounded(this.#open, manifest, opening);
    opening.catch(() => this.#open.delete(manifest));
    return opening;
  }

  async #load(wanted: OpenContainer['wanted']): Promise<OpenContainer> {
    const container = await Container.open(wanted.manifest, (ref) => this.#documents.read(spread(wanted), ref));
    const firstKeptAt = await this.#remember(container, wanted.from);
    return { container, wanted, firstKeptAt };
  }

  /** @returns since when the device knows the container */
  async #remember(container: Container, from: Iterable<string>): Promise<number> {
    try {
      const record = await this.#shelf.remember(container, from);
      return record?.firstKeptAt ?? Date.now();
    } catch (error) {
      this.#onError(AppError.from(error));
      return Date.now();
    }
  }

  async #record(manifest: Digest): ReturnType<LibraryParts['storage']['containers']['get']> {
    try {
      return await this.#storage.containers.get(manifest);
    } catch (error) {
      this.#onError(AppError.from(error));
      return undefined;
    }
  }

  /** The container is being read: it is not the one to go when room is needed. */
  #read(wanted: OpenContainer['wanted']): Asked['wanted'] {
    this.#busy.read(wanted.manifest);
    return spread(wanted);
  }

  #onError(error: AppError): void {
    this.#problem = { error, at: Date.now() };
  }

  #count(manifest: Digest, origin: Origin, bytes: number): void {
    const served = this.#served.get(manifest) ?? NOTHING_SERVED;
    this.#served.set(manifest, { ...served, [origin]: served[origin] + bytes });
  }
}

/** Sets an entry; the oldest of too many goes. */
function setBounded<V>(map: Map<Digest, V>, key: Digest, value: V): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_OPEN && oldest) map.delete(oldest);
}

function spread({ manifest, from }: OpenContainer['wanted']): Asked['wanted'] {
  return { manifest, from: [...from] };
}

/** A last chunk that is cut short would end the file before its announced length. @throws AppError */
function checkLength(
  { title }: Container,
  { index, bytes, size }: { readonly index: number; readonly bytes: number; readonly size: number },
): void {
  const expected = Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES);
  if (bytes === expected) return;
  throw new AppError('container/truncated-disk', {
    title,
    detail: `its chunk ${index} has ${bytes} of ${expected} bytes`,
  });
}
