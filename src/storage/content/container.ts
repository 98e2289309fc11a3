import {
  CHUNK_BYTES,
  decodeChunkList,
  MachineConfigSchema,
  MEDIA_TYPES,
  parseJson,
  readArtifact,
  RuntimeConfigSchema,
  TraceSchema,
  type ChunkedLayer,
  type ContainerParts,
  type Descriptor,
  type Digest,
  type MachineConfig,
  type RuntimeConfig,
  type RuntimeParts,
} from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ChunkedPart } from '../remote/chunk-fetcher.ts';
import type { DocumentRef } from './document-reader.ts';

/** A part that is read by chunks. */
export type PartName = 'disk' | 'packages' | `snapshots/${number}`;

/** What it is, its parts, and what its config says. */
export type Artifact =
  | { readonly kind: 'container'; readonly parts: ContainerParts; readonly config: MachineConfig }
  | { readonly kind: 'runtime'; readonly parts: RuntimeParts; readonly config: RuntimeConfig };

/** A piece of a container's content: its digest, and the bytes that fetching it costs. */
export interface Piece {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Reads a container's documents, verified. @throws AppError */
export type ReadDocument = (ref: DocumentRef, options: Cancellable) => Promise<Uint8Array<ArrayBuffer>>;

/** A container or runtime whose manifest and config are read; the lists of its chunks are read when they are asked for. */
export class Container {
  readonly digest: Digest;
  readonly artifact: Artifact;
  /** Of the manifest, in bytes. */
  readonly #manifestBytes: number;
  readonly #layers: ReadonlyMap<PartName, ChunkedLayer>;
  readonly #read: ReadDocument;
  readonly #opened = new Map<PartName, Promise<ChunkedPart>>();

  private constructor(digest: Digest, artifact: Artifact, manifestBytes: number, read: ReadDocument) {
    this.digest = digest;
    this.artifact = artifact;
    this.#layers = new Map(layersOf(artifact));
    this.#manifestBytes = manifestBytes;
    this.#read = read;
  }

  /** @throws AppError of `read`, and `format/invalid` */
  static async open(digest: Digest, read: ReadDocument, options: Cancellable = {}): Promise<Container> {
    const manifest = await read({ digest, mediaType: MEDIA_TYPES.manifest }, options);
    const { kind, parts } = readArtifact(text(manifest));
    const config = text(await read(parts.config, options));
    const artifact: Artifact =
      kind === 'container'
        ? { kind, parts, config: parseJson(MachineConfigSchema, config, 'The machine’s config') }
        : { kind, parts, config: parseJson(RuntimeConfigSchema, config, 'The runtime’s config') };
    return new Container(digest, artifact, manifest.length, read);
  }

  get title(): string {
    return this.artifact.config.title;
  }

  get version(): string {
    return this.artifact.config.version;
  }

  /** The parts that go by chunks: snapshots first, as a boot reads them first. */
  get partNames(): readonly PartName[] {
    return [...this.#layers.keys()];
  }

  /** What is read whole. */
  get documents(): readonly Descriptor[] {
    const { kind, parts } = this.artifact;
    const manifest = { mediaType: MEDIA_TYPES.manifest, digest: this.digest, size: this.#manifestBytes };
    const boot = kind === 'container' ? [parts.kernel, parts.initrd, parts.trace] : [];
    const lists = [...this.#layers.values()].map((layer) => layer.chunks);
    return [manifest, parts.config, ...boot, parts.thumbnail, ...lists].filter((each) => each !== undefined);
  }

  /** What tells of all the rest: manifest, config and chunk lists. */
  get index(): readonly Digest[] {
    const lists = [...this.#layers.values()].map((layer) => layer.chunks.digest);
    return [this.digest, this.artifact.parts.config.digest, ...lists];
  }

  /** The blobs that go by chunks. */
  get blobs(): readonly Descriptor[] {
    return [...this.#layers.values()].map(({ blob }) => blob);
  }

  /** Uncompressed bytes of a part, as the config has them; it says nothing of snapshots. */
  sizeOf(name: PartName): number | undefined {
    const { kind, config } = this.artifact;
    if (kind === 'container') return name === 'disk' ? config.diskSize : undefined;
    return name === 'packages' ? config.contentSize : undefined;
  }

  /**
   * A disk, a snapshot or packages with the list of their chunks.
   * @throws AppError `content/not-found`, `format/invalid`, `container/truncated-disk`, and what reading it throws
   */
  part(name: PartName, options: Cancellable = {}): Promise<ChunkedPart> {
    const opened = this.#opened.get(name) ?? this.#open(name, options);
    this.#opened.set(name, opened);
    opened.catch(() => this.#opened.delete(name));
    return opened;
  }

  /** One of `documents`. */
  document(descriptor: DocumentRef, options: Cancellable = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#read(descriptor, options);
  }

  /** Numbers of the disk's chunks in the order in which a cold boot reads them; empty when the container has no trace. */
  async trace(options: Cancellable = {}): Promise<readonly number[]> {
    const { kind, parts } = this.artifact;
    const trace = kind === 'container' ? parts.trace : undefined;
    return trace ? parseJson(TraceSchema, text(await this.#read(trace, options)), 'The boot trace').chunks : [];
  }

  /** All that must be on the device for it to be used without a server, each once. */
  async pieces(options: Cancellable = {}): Promise<readonly Piece[]> {
    const whole = this.documents.map(({ digest, size }) => ({ digest, bytes: size }));
    const parts = await Promise.all(this.partNames.map((name) => this.part(name, options)));
    const all = [...whole, ...parts.flatMap(piecesOf)];
    return [...new Map(all.map((piece) => [piece.digest, piece])).values()];
  }

  async #open(name: PartName, options: Cancellable): Promise<ChunkedPart> {
    const layer = this.#layers.get(name);
    if (!layer) throw new AppError('content/not-found', { digest: this.digest, part: name });
    const list = await this.#read(layer.chunks, options);
    const records = decodeChunkList(list, layer.blob.size);
    const size = this.sizeOf(name);
    const expected = size === undefined ? records.length : Math.ceil(size / CHUNK_BYTES);
    if (records.length !== expected) {
      throw new AppError('container/truncated-disk', {
        title: this.title,
        detail: `it has ${records.length} of ${expected} chunks`,
      });
    }
    return { blob: layer.blob, records, what: `“${this.title}”` };
  }
}

function layersOf({ kind, parts }: Artifact): readonly (readonly [PartName, ChunkedLayer])[] {
  if (kind === 'runtime') return [['packages', parts.packages]];
  return [...parts.snapshots.map((layer, i) => [`snapshots/${i}`, layer] as const), ['disk', parts.disk]];
}

/** What fetching a part costs: chunks of zeros are not fetched. */
export function piecesOf({ records }: ChunkedPart): readonly Piece[] {
  return records.flatMap(({ digest, compressedLength: bytes }) => (bytes > 0 ? [{ digest, bytes }] : []));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
