import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CatalogEntry } from '#domain/container/index.ts';
import { FaultServer } from './fault-server.ts';
import type { SigningKey } from './signing-key.ts';

/** A server that publishes a catalog, and can be told to fail. */
export class CatalogHost {
  readonly server: FaultServer;
  readonly #root: string;

  private constructor(server: FaultServer, root: string) {
    this.server = server;
    this.#root = root;
  }

  static async open(...entries: readonly CatalogEntry[]): Promise<CatalogHost> {
    const root = await mkdtemp(join(tmpdir(), 'portolan-catalog-host-'));
    const host = new CatalogHost(await FaultServer.open(root), root);
    await host.publish(...entries);
    return host;
  }

  get url(): string {
    return `${this.server.url}catalog.json`;
  }

  async publish(...entries: readonly CatalogEntry[]): Promise<void> {
    await this.write('catalog.json', catalogText(entries));
  }

  /** @param key signs, and is published beside it unless `hidden` */
  async publishSigned(key: SigningKey, entries: readonly CatalogEntry[], hidden = false): Promise<void> {
    const text = catalogText(entries);
    await this.write('catalog.json', text);
    await this.write('catalog.json.minisig', key.sign(text));
    if (!hidden) await this.write('minisign.pub', key.publicKey);
  }

  async write(path: string, text: string | Uint8Array): Promise<void> {
    const file = join(this.#root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async withdraw(path: string): Promise<void> {
    await rm(join(this.#root, path));
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.#root, { recursive: true });
  }
}

function catalogText(entries: readonly CatalogEntry[]): string {
  return JSON.stringify({ schemaVersion: 1, entries });
}
