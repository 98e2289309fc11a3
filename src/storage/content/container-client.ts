import { concatBytes } from '#domain/bytes/index.ts';
import type { ChunkedLayer, ContainerParts, MachineConfig } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { Container, type Artifact, type PartName } from './container.ts';
import { ContainerDisk } from './container-disk.ts';
import { ContentClient, type ContentClientParts } from './content-client.ts';
import { PartClient } from './part-client.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Machine = Extract<Artifact, { readonly kind: 'container' }>;

/** A container as a machine reads it: from the device, else through the local routes. Errors are those of the routes. */
export class ContainerClient {
  readonly config: MachineConfig;
  readonly parts: ContainerParts;
  readonly #container: Container;
  readonly #client: ContentClient;

  private constructor(container: Container, { parts, config }: Machine, client: ContentClient) {
    this.#container = container;
    this.parts = parts;
    this.config = config;
    this.#client = client;
  }

  /**
   * Reads its manifest and its config.
   * @throws AppError `container/unavailable`, `container/is-runtime`, `source/*`, `chunk/*`, `format/invalid`
   */
  static async open(parts: ContentClientParts, options: Cancellable = {}): Promise<ContainerClient> {
    const client = new ContentClient(parts);
    const read = (...[ref, more]: Parameters<ContentClient['document']>) => client.document(ref, more);
    const container = await Container.open(parts.manifest, read, options);
    const { artifact, title } = container;
    if (artifact.kind === 'runtime') throw new AppError('container/is-runtime', { title });
    return new ContainerClient(container, artifact, client);
  }

  /** Its documents. */
  get container(): Container {
    return this.#container;
  }

  /** @throws AppError `container/missing-kernel` */
  async kernel(options: Cancellable = {}): Promise<Bytes> {
    const { kernel } = this.parts;
    if (!kernel) throw new AppError('container/missing-kernel', { title: this.config.title });
    return this.#client.document(kernel, options);
  }

  async initrd(options: Cancellable = {}): Promise<Bytes | undefined> {
    return this.parts.initrd && this.#client.document(this.parts.initrd, options);
  }

  /** @throws AppError `container/truncated-disk` */
  async disk(options: Cancellable = {}): Promise<ContainerDisk> {
    return new ContainerDisk(await this.#part('disk', options), this.config.diskSize, this.config.title);
  }

  /** Numbers of the disk's chunks in the order in which a cold boot reads them; empty when the container has no trace. */
  trace(options: Cancellable = {}): Promise<readonly number[]> {
    return this.#container.trace(options);
  }

  /** The content of a snapshot. @param onBytes called with the compressed bytes of each chunk that is here */
  async snapshot(
    layer: ChunkedLayer,
    options: Cancellable & { readonly onBytes?: (bytes: number) => void } = {},
  ): Promise<Bytes> {
    const { signal } = options;
    const part = await this.#part(`snapshots/${this.parts.snapshots.indexOf(layer)}`, { signal });
    const chunks: Uint8Array[] = [];
    const keep = (index: number, chunk: Uint8Array): void => {
      chunks[index] = chunk;
      options.onBytes?.(part.records[index]?.compressedLength ?? 0);
    };
    await part.readMany([...part.records.keys()], keep, { signal });
    return concatBytes(chunks);
  }

  async #part(name: PartName, options: Cancellable): Promise<PartClient> {
    return new PartClient(this.#client, name, await this.#container.part(name, options));
  }
}
