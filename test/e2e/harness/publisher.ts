import { blobPath, type CatalogEntry, type Descriptor } from '#domain/container/index.ts';
import { FaultServer } from '../../support/fault-server.ts';
import { PublishedFolder, type Listed } from '../../support/published-folder.ts';
import { makeContainer, type TinyContainer, type TinyOptions } from '../../support/tiny-container.ts';

/** A container on offer, and its content. */
export interface Offer {
  readonly entry: CatalogEntry;
  readonly container: TinyContainer;
}

/** Someone who publishes containers at an address of their own, on a server that can be told to fail. */
export class Publisher {
  readonly server: FaultServer;
  readonly folder: PublishedFolder;

  private constructor(server: FaultServer, folder: PublishedFolder) {
    this.server = server;
    this.folder = folder;
  }

  static async open(): Promise<Publisher> {
    const folder = await PublishedFolder.create();
    return new Publisher(await FaultServer.open(folder.root), folder);
  }

  get catalogUrl(): string {
    return new URL('catalog.json', this.server.url).href;
  }

  /** Offers a container that nobody can boot: for all that can be done without. */
  async offer(listed: Listed, options: TinyOptions = {}): Promise<Offer> {
    const { title } = listed;
    const container = await makeContainer({ ...options, config: { title, ...options.config } });
    return { container, entry: await this.folder.add(listed, container) };
  }

  /** The address of a blob. */
  urlOf({ digest }: Descriptor): string {
    return new URL(blobPath(digest), this.server.url).href;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.folder.dispose();
  }
}

/** Fits the path of a blob. */
export function pathOf({ digest }: Descriptor): RegExp {
  return new RegExp(`${blobPath(digest)}$`);
}
