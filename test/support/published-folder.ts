import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CatalogEntry } from '#domain/container/index.ts';
import type { TinyContainer } from './tiny-container.ts';

/** What a catalog says of a container, beside its manifest. */
export type Listed = Pick<CatalogEntry, 'id' | 'title'> & Partial<Pick<CatalogEntry, 'summary' | 'version'>>;

/** A folder as a publisher makes it: containers and a catalog.json, to be served by any static host. */
export class PublishedFolder {
  readonly root: string;
  readonly #entries = new Map<string, CatalogEntry>();

  private constructor(root: string) {
    this.root = root;
  }

  /** An empty catalog in a folder of its own. */
  static async create(): Promise<PublishedFolder> {
    const folder = new PublishedFolder(await mkdtemp(join(tmpdir(), 'portolan-published-')));
    await folder.publish();
    return folder;
  }

  /** Puts a container there and into the catalog; one with the same id leaves the catalog, its blobs stay. */
  async add(listed: Listed, { files, manifest }: TinyContainer): Promise<CatalogEntry> {
    for (const [path, bytes] of files) await this.write(path, bytes);
    const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    const defaults = { summary: 'For tests.', version: '1' };
    const entry: CatalogEntry = { ...defaults, ...listed, kind: 'container', tags: [], size, manifest };
    this.#entries.set(entry.id, entry);
    await this.publish();
    return entry;
  }

  /** Makes catalog.json the list of what was added, or whatever `text` is. */
  publish(text = JSON.stringify({ schemaVersion: 1, entries: [...this.#entries.values()] })): Promise<void> {
    return this.write('catalog.json', text);
  }

  /** Writes a file of any kind. */
  async write(path: string, content: Uint8Array | string): Promise<void> {
    const target = join(this.root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }

  /** Takes a file away. */
  remove(path: string): Promise<void> {
    return rm(join(this.root, path), { force: true });
  }

  dispose(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
