import {
  CHUNK_BYTES,
  decodeChunkList,
  MachineConfigSchema,
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
import type { Compression } from '#ports/compression.ts';
import type { BlobReader } from './blob-reader.ts';
import { ChunkedBlob } from './chunked-blob.ts';
import { RemoteDisk } from './remote-disk.ts';

/** A piece of a container's content: its digest, and the bytes that fetching it costs. */
export interface Piece {
  readonly digest: Digest;
  readonly bytes: number;
}

/** A container on a server, its documents read and verified; everything else is read when it is asked for. */
export class RemoteContainer {
  readonly manifest: Descriptor;
  readonly config: MachineConfig;
  readonly parts: ContainerParts;
  readonly #blobs: BlobReader;
  readonly #compression: () => Promise<Compression>;
  readonly #opened = new Map<Digest, Promise<ChunkedBlob>>();

  private constructor(
    manifest: Descriptor,
    parts: ContainerParts,
    config: MachineConfig,
    access: { readonly blobs: BlobReader; readonly compression: () => Promise<Compression> },
  ) {
    this.manifest = manifest;
    this.parts = parts;
    this.config = config;
    this.#blobs = access.blobs;
    this.#compression = access.compression;
  }

  /** @throws AppError `source/*`, `chunk/digest-mismatch`, `format/invalid` */
  static async open(
    manifest: Descriptor,
    blobs: BlobReader,
    compression: () => Promise<Compression>,
    options: Cancellable = {},
  ): Promise<RemoteContainer> {
    const parts = readManifest(await blobs.text(manifest, options));
    const config = parseJson(MachineConfigSchema, await blobs.text(parts.config, options), 'The machine’s config');
    return new RemoteContainer(manifest, parts, config, { blobs, compression });
  }

  /** The kernel. @throws AppError `container/missing-kernel` and as `open` */
  async kernel(options: Cancellable = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { kernel } = this.parts;
    if (!kernel) throw new AppError('container/missing-kernel', { title: this.config.title });
    return this.#blobs.bytes(kernel, options);
  }

  async initrd(options: Cancellable = {}): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.parts.initrd && this.#blobs.bytes(this.parts.initrd, options);
  }

  /** The disk. @throws AppError `container/truncated-disk` and as `open` */
  async disk(options: Cancellable = {}): Promise<RemoteDisk> {
    const blob = await this.chunked(this.parts.disk, options);
    return new RemoteDisk(blob, this.config.diskSize, this.config.title);
  }

  /** Numbers of the disk's chunks in the order in which a cold boot reads them; empty when the container has no trace. */
  async trace(options: Cancellable = {}): Promise<readonly number[]> {
    const { trace } = this.parts;
    return trace ? parseJson(TraceSchema, await this.#blobs.text(trace, options), 'The boot trace').chunks : [];
  }

  /** The content of a snapshot. @param onBytes called with the compressed bytes of each chunk that is here */
  async snapshot(
    layer: ChunkedLayer,
    options: Cancellable & { readonly onBytes?: (bytes: number) => void } = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { signal } = options;
    const blob = await this.chunked(layer, { signal });
    const chunks: Uint8Array[] = [];
    const keep = (index: number, chunk: Uint8Array): void => {
      chunks[index] = chunk;
      options.onBytes?.(blob.records[index]?.compressedLength ?? 0);
    };
    await blob.readMany([...blob.records.keys()], keep, { signal });
    return join(chunks);
  }

  /** A disk or snapshot, by chunks. Opened once. */
  chunked(layer: ChunkedLayer, options: Cancellable = {}): Promise<ChunkedBlob> {
    const opened = this.#opened.get(layer.blob.digest) ?? this.#open(layer, options);
    this.#opened.set(layer.blob.digest, opened);
    opened.catch(() => this.#opened.delete(layer.blob.digest));
    return opened;
  }

  /** The parts that are read whole and that a boot needs. */
  get documents(): readonly Descriptor[] {
    const { config, kernel, initrd, trace, disk, snapshots } = this.parts;
    const lists = [disk, ...snapshots].map((layer) => layer.chunks);
    return [this.manifest, config, kernel, initrd, trace, ...lists].filter((each) => each !== undefined);
  }

  /** One of `documents`, from the device or the server. */
  document(descriptor: Descriptor, options: Cancellable = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#blobs.bytes(descriptor, options);
  }

  /** All that must be on the device for the container to boot without a server, each once. */
  async pieces(options: Cancellable = {}): Promise<readonly Piece[]> {
    const whole = this.documents.map(({ digest, size }) => ({ digest, bytes: size }));
    const layers = [this.parts.disk, ...this.parts.snapshots];
    const blobs = await Promise.all(layers.map((layer) => this.chunked(layer, options)));
    const records = blobs.flatMap((blob) => blob.records);
    const chunks = records.map((record) => ({ digest: record.digest, bytes: record.compressedLength }));
    const all = [...whole, ...chunks.filter((chunk) => chunk.bytes > 0)];
    return [...new Map(all.map((piece) => [piece.digest, piece])).values()];
  }

  async #open(layer: ChunkedLayer, options: Cancellable): Promise<ChunkedBlob> {
    const list = await this.#blobs.bytes(layer.chunks, options);
    return new ChunkedBlob({
      blob: layer.blob,
      records: decodeChunkList(list, layer.blob.size),
      blobs: this.#blobs,
      compression: this.#compression,
      what: `“${this.config.title}”`,
    });
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const last = chunks.at(-1)?.length ?? 0;
  const bytes = new Uint8Array(Math.max(0, chunks.length - 1) * CHUNK_BYTES + last);
  for (const [index, chunk] of chunks.entries()) bytes.set(chunk, index * CHUNK_BYTES);
  return bytes;
}
