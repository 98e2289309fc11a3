import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  digestFromBytes,
  nextOffset,
  parseValue,
  RuntimeConfigSchema,
  type Digest,
  type RuntimeConfig,
  type RuntimePackage,
  type RuntimeTemplate,
} from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { PathGuard, readTar } from '#domain/packages/archive/index.ts';
import { parseIndex } from '#domain/packages/index.ts';
import { readDebFacts } from '#domain/packages/install/index.ts';
import { unpack } from '#storage/index.ts';
import { FileError } from '../publish-error.ts';

/** What a runtime is made of. */
export interface RuntimeSources extends Pick<RuntimeConfig, 'title' | 'version' | 'wanted' | 'services'> {
  /** Paths of its .deb files. */
  readonly debs: readonly string[];
  /** By the names of such files: paths of the tars that say what setting them up leaves. */
  readonly effects?: ReadonlyMap<string, string> | undefined;
  /** The tar of its template, and where that goes. */
  readonly template?: { readonly folder: string; readonly path: string } | undefined;
}

/**
 * Writes a runtime's content: its packages in the order of their names, then its template, each where a chunk begins.
 * @param target path of the content
 * @returns the runtime's config, which says where each is
 * @throws FileError for a file that is no package, or no template
 */
export async function layOutRuntime(sources: RuntimeSources, target: string): Promise<RuntimeConfig> {
  const { title, version, wanted, services, debs, effects, template } = sources;
  const file = await open(target, 'w');
  try {
    const content = new Content(file);
    const packages: RuntimePackage[] = [];
    const architectures = new Set<string>();
    const paths = debs.toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1));
    for (const path of paths)
      packages.push(await addPackage(path, effects?.get(basename(path)), content, architectures));
    const placed = template && (await addTemplate(template, content));
    await content.end();
    const value = {
      title,
      version,
      architecture: onlyOf(architectures, paths),
      wanted,
      contentSize: content.size,
      packages,
      services,
      ...(placed && { template: placed }),
    };
    return parseValue(RuntimeConfigSchema, value, `The runtime “${title}”`);
  } finally {
    await file.close();
  }
}

/** A file that grows, each piece of it at the beginning of a chunk. */
class Content {
  readonly #file: FileHandle;
  #end = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get size(): number {
    return this.#end;
  }

  /** Adds a file. @returns where it is */
  async add(path: string): Promise<{ readonly offset: number; readonly size: number; readonly sha256: Digest }> {
    const offset = nextOffset(this.#end);
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of piecesOf(path)) {
      hash.update(piece);
      await this.#file.write(piece, 0, piece.length, offset + size);
      size += piece.length;
    }
    this.#end = offset + size;
    return { offset, size, sha256: digestFromBytes(hash.digest()) };
  }

  /** The last chunk is whole: so it is the same in every runtime that has what is in it. */
  async end(): Promise<void> {
    this.#end = nextOffset(this.#end);
    await this.#file.truncate(this.#end);
  }
}

async function addPackage(
  path: string,
  effects: string | undefined,
  content: Content,
  architectures: Set<string>,
): Promise<RuntimePackage> {
  const control = await readable(
    path,
    async () => (await readDebFacts(piecesOf(path), { decompress: unpack })).control,
  );
  const placed = await content.add(path);
  const about = [
    new TextDecoder().decode(control).trimEnd(),
    `Filename: ${basename(path)}`,
    `Size: ${placed.size}`,
    `SHA256: ${placed.sha256.slice('sha256:'.length)}`,
  ];
  const stanza = `${about.join('\n')}\n`;
  const { name, version, architecture } = await readable(path, () => entryOf(stanza));
  if (architecture !== 'all') architectures.add(architecture);
  return { name, version, stanza, ...placed, ...(effects !== undefined && { effects: await content.add(effects) }) };
}

function entryOf(stanza: string) {
  const index = parseIndex(new TextEncoder().encode(stanza));
  const [entry, ...more] = [...index.names()].flatMap((name) => index.versions(name));
  if (entry && more.length === 0) return entry;
  throw new AppError('archive/damaged', { what: 'The package', detail: 'its control file is not about one package' });
}

/** Reads it whole, so that what is wrong with it is found here rather than in a machine. */
async function addTemplate(
  { folder, path }: NonNullable<RuntimeSources['template']>,
  content: Content,
): Promise<RuntimeTemplate> {
  await readable(path, async () => {
    const guard = new PathGuard();
    for await (const entry of readTar(piecesOf(path), { what: 'The template' })) guard.next(entry);
  });
  return { folder, ...(await content.add(path)) };
}

function onlyOf(architectures: ReadonlySet<string>, paths: readonly string[]): string {
  const [architecture = 'all', other] = architectures;
  if (other === undefined) return architecture;
  throw new FileError(paths[0] ?? '', `packages for ${architecture} and ${other} do not go into one runtime`);
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1024 * 1024 });
  for await (const piece of stream) yield Uint8Array.from(piece);
}

/** @throws FileError that names the file */
async function readable<T>(path: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof AppError) throw new FileError(path, cause.message, { cause });
    throw cause;
  }
}
