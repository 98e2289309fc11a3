import {
  CHUNK_BYTES,
  decodeChunkList,
  MachineConfigSchema,
  MEDIA_TYPES,
  parseJson,
  readManifest,
  TraceSchema,
  type ChunkedLayer,
  type ContainerParts,
  type Descriptor,
  type Digest,
  type MachineConfig,
} from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ChunkedPart } from '../remote/chunk-fetcher.ts';
import type { DocumentRef } from './document-reader.ts';

/** A part that is read by chunks. */
export type PartName = 'disk' | `snapshots/${number}`;

/** A piece of a container's content: its digest, and the bytes that fetching it costs. */
export interface Piece {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Reads a container's documents, verified. @throws AppError */
export type ReadDocument = (ref: DocumentRef, options: Cancellable) => Promise<Uint8Array<ArrayBuffer>>;

/** A container whose manifest and config are read; the lists of its chunks are read when they are asked for. */
export class Container {
  readonly digest: Digest;
  readonly parts: ContainerParts;
  readonly config: MachineConfig;
  /** Of the manifest, in bytes. */
  readonly #manifestBytes: number;
  readonly #read: ReadDocument;
  readonly #opened = new Map<PartName, Promise<ChunkedPart>>();

  private constructor(
    digest: Digest,
    manifest: { readonly parts: ContainerParts; readonly bytes: number },
    config: MachineConfig,
    read: ReadDocument,
  ) {
    this.digest = digest;
    this.parts = manifest.parts;
    this.config = config;
    this.#manifestBytes = manifest.bytes;
    this.#read = read;
  }

  /** @throws AppError of `read`, and `format/invalid` */
  static async open(digest: Digest, read: ReadDocument, options: Cancellable = {}): Promise<Container> {
    const manifest = await read({ digest, mediaType: MEDIA_TYPES.manifest }, options);
    const parts = readManifest(text(manifest));
    const config = parseJson(MachineConfigSchema, text(await read(parts.config, options)), 'The machine’s config');
    return new Container(digest, { parts, bytes: manifest.length }, config, read);
  }

  /** The parts that go by chunks: snapshots first, as a boot reads them first. */
  get partNames(): readonly PartName[] {
    return [...this.parts.snapshots.map((_, i): PartName => `snapshots/${i}`), 'disk'];
  }

  /** What is read whole. */
  get documents(): readonly Descriptor[] {
    const { config, kernel, initrd, trace, thumbnail, disk, snapshots } = this.parts;
    const manifest = { mediaType: MEDIA_TYPES.manifest, digest: this.digest, size: this.#manifestBytes };
    const lists = [disk, ...snapshots].map((layer) => layer.chunks);
    return [manifest, config, kernel, initrd, trace, thumbnail, ...lists].filter((each) => each !== undefined);
  }

  /** What tells of all the rest: manifest, config and chunk lists. */
  get index(): readonly Digest[] {
    const { config, disk, snapshots } = this.parts;
    return [this.digest, config.digest, ...[disk, ...snapshots].map((layer) => layer.chunks.digest)];
  }

  layer(name: PartName): ChunkedLayer | undefined {
    return name === 'disk' ? this.parts.disk : this.parts.snapshots[Number(name.slice('snapshots/'.length))];
  }

  /**
   * A disk or snapshot with the list of its chunks.
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
    const { trace } = this.parts;
    return trace ? parseJson(TraceSchema, text(await this.#read(trace, options)), 'The boot trace').chunks : [];
  }

  /** All that must be on the device for the container to boot without a server, each once. */
  async pieces(options: Cancellable = {}): Promise<readonly Piece[]> {
    const whole = this.documents.map(({ digest, size }) => ({ digest, bytes: size }));
    const parts = await Promise.all(this.partNames.map((name) => this.part(name, options)));
    const all = [...whole, ...parts.flatMap(piecesOf)];
    return [...new Map(all.map((piece) => [piece.digest, piece])).values()];
  }

  async #open(name: PartName, options: Cancellable): Promise<ChunkedPart> {
    const layer = this.layer(name);
    if (!layer) throw new AppError('content/not-found', { digest: this.digest, part: name });
    const list = await this.#read(layer.chunks, options);
    const records = decodeChunkList(list, layer.blob.size);
    const { title, diskSize } = this.config;
    const expected = Math.ceil(diskSize / CHUNK_BYTES);
    if (name === 'disk' && records.length !== expected) {
      throw new AppError('container/truncated-disk', {
        title,
        detail: `it has ${records.length} of ${expected} chunks`,
      });
    }
    return { blob: layer.blob, records, what: `“${title}”` };
  }
}

/** What fetching a part costs: chunks of zeros are not fetched. */
export function piecesOf({ records }: ChunkedPart): readonly Piece[] {
  return records.flatMap(({ digest, compressedLength: bytes }) => (bytes > 0 ? [{ digest, bytes }] : []));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
