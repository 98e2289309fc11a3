import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  blobPath,
  CatalogSchema,
  DigestSchema,
  MachineConfigSchema,
  ManifestSchema,
  MEDIA_TYPES,
  parseJson,
  type CatalogEntry,
  type Descriptor,
  type MachineConfig,
  type Manifest,
} from '#domain/container/index.ts';
import * as v from 'valibot';

/** Where the folders are made: beside the builds, so that files can be linked instead of copied. */
const FOLDERS = 'build/e2e';
const CATALOG = 'catalog/catalog.json';

/** A container's documents, to be changed. */
export interface Draft {
  readonly manifest: Manifest;
  readonly config: MachineConfig;
}

/** What a variant differs in. `layers` of the manifest are all but the config. */
export type Change = (draft: Draft, shelf: VariantShelf) => Draft | Promise<Draft>;

/** A copy of a build whose catalog offers variants of the first container in it. What is unchanged is linked, never written to. */
export class VariantShelf {
  /** The folder to serve. */
  readonly root: string;
  readonly #entries: CatalogEntry[];

  private constructor(root: string, entries: CatalogEntry[]) {
    this.root = root;
    this.#entries = entries;
  }

  static async of(build: string): Promise<VariantShelf> {
    await mkdir(FOLDERS, { recursive: true });
    const root = await mkdtemp(join(resolve(FOLDERS), 'variants-'));
    await linkTree(build, root);
    const catalog = parseJson(CatalogSchema, await readFile(join(root, CATALOG), 'utf8'), 'The built catalog');
    return new VariantShelf(root, [...catalog.entries]);
  }

  /** The container that all variants are made of. */
  get base(): CatalogEntry {
    const [entry] = this.#entries;
    if (!entry) throw new Error('the built catalog is empty: npm run images');
    return entry;
  }

  /** The build's own artifact of that name. */
  entryOf(id: string): CatalogEntry {
    const entry = this.#entries.find((each) => each.id === id);
    if (!entry) throw new Error(`the built catalog has no ${id}: npm run images`);
    return entry;
  }

  /** Adds a variant with right digests throughout: only what `change` changes is wrong with it. */
  async add(id: string, title: string, change: Change): Promise<CatalogEntry> {
    const { manifest, config } = await change(await this.#draft(title), this);
    const configBlob = await this.putBlob(MEDIA_TYPES.machine, JSON.stringify(config));
    const text = JSON.stringify({ ...manifest, config: configBlob });
    const entry = { ...this.base, id, title, manifest: await this.putBlob(MEDIA_TYPES.manifest, text) };
    this.#entries.push(entry);
    await this.publish();
    return entry;
  }

  /** Writes a blob under its digest. */
  async putBlob(mediaType: string, content: string | Uint8Array): Promise<Descriptor> {
    const bytes = Buffer.from(content);
    const digest = v.parse(DigestSchema, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    await this.#replace(blobPath(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  readBlob(descriptor: Descriptor): Promise<Buffer> {
    return readFile(join(this.root, 'catalog', blobPath(descriptor.digest)));
  }

  /** Flips one bit of a blob and leaves its name, as a failing disk or a meddling proxy would. */
  async damage(descriptor: Descriptor): Promise<void> {
    const bytes = await this.readBlob(descriptor);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await this.#replace(blobPath(descriptor.digest), bytes);
  }

  /** Makes catalog.json the list of all variants, or whatever `text` is. */
  async publish(text = JSON.stringify({ schemaVersion: 1, entries: this.#entries })): Promise<void> {
    await this.#replace('catalog.json', Buffer.from(text));
  }

  /** Makes catalog.json go away. */
  async withdraw(): Promise<void> {
    await rm(join(this.root, CATALOG), { force: true });
  }

  async dispose(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async manifestOf({ manifest }: CatalogEntry): Promise<Manifest> {
    return parseJson(ManifestSchema, String(await this.readBlob(manifest)), 'The manifest');
  }

  async #draft(title: string): Promise<Draft> {
    const manifest = await this.manifestOf(this.base);
    const config = parseJson(MachineConfigSchema, String(await this.readBlob(manifest.config)), 'The config');
    return { manifest, config: { ...config, title } };
  }

  /** A new file in place of the old: that one may be a link to the build's own. */
  async #replace(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.root, 'catalog', path);
    await rm(target, { force: true });
    await writeFile(target, bytes);
  }
}

async function linkTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length));
    await mkdir(join(target, '..'), { recursive: true });
    await link(source, target).catch(() => copyFile(source, target));
  }
}

/** Without the layers of a media type. */
export function withoutLayer(mediaType: string): Change {
  return ({ manifest, config }) => ({
    config,
    manifest: { ...manifest, layers: manifest.layers.filter((layer) => layer.mediaType !== mediaType) },
  });
}

/** With other annotations on its snapshot. */
export function withSnapshotAnnotation(name: string, value: string): Change {
  return ({ manifest, config }) => ({
    config,
    manifest: {
      ...manifest,
      layers: manifest.layers.map((layer) =>
        layer.mediaType === MEDIA_TYPES.snapshot
          ? { ...layer, annotations: { ...layer.annotations, [name]: value } }
          : layer,
      ),
    },
  });
}

/** With a disk that is shorter than the config says: the last chunks are not in its list. */
export function withShortDisk(missingBytes: number): Change {
  return async ({ manifest, config }, shelf) => {
    const at = manifest.layers.findIndex((layer) => layer.mediaType === MEDIA_TYPES.disk) + 1;
    const list = manifest.layers[at];
    if (!list) throw new Error('the container has no chunk list');
    const bytes = await shelf.readBlob(list);
    const short = await shelf.putBlob(MEDIA_TYPES.chunks, bytes.subarray(0, bytes.length - missingBytes));
    return { config, manifest: { ...manifest, layers: manifest.layers.with(at, short) } };
  };
}

/** With another config. */
export function withConfig(change: Partial<MachineConfig>): Change {
  return ({ manifest, config }) => ({ manifest, config: { ...config, ...change } });
}
