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
import { encodeFileList, PathGuard, readTar } from '#domain/packages/archive/index.ts';
import { parseIndex } from '#domain/packages/index.ts';
import { surveyDeb } from '#domain/packages/install/index.ts';
import { unpack } from '#storage/index.ts';
import { FileError } from '../publish-error.ts';

/** Paths of a .deb file, and of the tar of what setting it up leaves, if that is known. */
export interface RuntimeDeb {
  readonly path: string;
  readonly effects?: string | undefined;
}

/** What a runtime is made of. */
export interface RuntimeSources extends Pick<RuntimeConfig, 'title' | 'version' | 'wanted' | 'services'> {
  readonly debs: readonly RuntimeDeb[];
  /** The tar of its template, and where that goes. */
  readonly template?: { readonly folder: string; readonly path: string } | undefined;
}

/**
 * Writes a runtime's content: its packages in the order of their names, each where a chunk begins; of each what it leaves and the list of
 * its files; its template.
 * @param target path of the content
 * @returns the runtime's config, which says where each is
 * @throws FileError for a file that is no package, or no template
 */
export async function layOutRuntime(sources: RuntimeSources, target: string): Promise<RuntimeConfig> {
  const { title, version, wanted, services, debs, template } = sources;
  const file = await open(target, 'w');
  try {
    const content = new Content(file);
    const added: AddedPackage[] = [];
    const architectures = new Set<string>();
    const sorted = debs.toSorted((a, b) => (basename(a.path) < basename(b.path) ? -1 : 1));
    for (const each of sorted) added.push(await addPackage(each, content, architectures));
    const packages = await addBeside(added, content);
    const placed = template && (await addTemplate(template, content));
    await content.end();
    const value = {
      title,
      version,
      architecture: onlyOf(architectures, sorted),
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

interface Place {
  readonly offset: number;
  readonly size: number;
  readonly sha256: Digest;
}

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A file that grows. */
class Content {
  readonly #file: FileHandle;
  #end = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get size(): number {
    return this.#end;
  }

  /** Adds something where a chunk begins. @returns where it is */
  add(pieces: Pieces): Promise<Place> {
    this.align();
    return this.append(pieces);
  }

  /** Goes on where a chunk begins. */
  align(): void {
    this.#end = nextOffset(this.#end);
  }

  /** Adds something right behind what is there. @returns where it is */
  async append(pieces: Pieces): Promise<Place> {
    const offset = this.#end;
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of pieces) {
      hash.update(piece);
      await this.#file.write(piece, 0, piece.length, offset + size);
      size += piece.length;
    }
    this.#end = offset + size;
    return { offset, size, sha256: digestFromBytes(hash.digest()) };
  }

  /** The last chunk is whole: so it is the same in every runtime that has what is in it. */
  async end(): Promise<void> {
    this.align();
    await this.#file.truncate(this.#end);
  }
}

/** A package that is in the content, and what comes behind all of them. */
interface AddedPackage {
  readonly placed: RuntimePackage;
  readonly effects: Pieces | undefined;
  /** The list of its files. */
  readonly files: Uint8Array;
}

async function addPackage(
  { path, effects }: RuntimeDeb,
  content: Content,
  architectures: Set<string>,
): Promise<AddedPackage> {
  const { control: facts, data } = await readable(path, () => surveyDeb(piecesOf(path), { decompress: unpack }));
  const files = await readable(path, () => encodeFileList(data));
  const place = await content.add(piecesOf(path));
  const about = [
    new TextDecoder().decode(facts.control).trimEnd(),
    `Filename: ${basename(path)}`,
    `Size: ${place.size}`,
    `SHA256: ${place.sha256.slice('sha256:'.length)}`,
  ];
  const stanza = `${about.join('\n')}\n`;
  const { name, version, architecture } = await readable(path, () => entryOf(stanza));
  if (architecture !== 'all') architectures.add(architecture);
  const placed = { name, version, stanza, ...place };
  return { placed, effects: effects === undefined ? undefined : piecesOf(effects), files };
}

/** What comes beside packages is small: each at the beginning of a chunk it would be mostly padding. */
async function addBeside(added: readonly AddedPackage[], content: Content): Promise<RuntimePackage[]> {
  content.align();
  const packages: RuntimePackage[] = [];
  for (const { placed, effects, files } of added) {
    const left = effects && { effects: await content.append(effects) };
    packages.push({ ...placed, ...left, files: await content.append([files]) });
  }
  return packages;
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
  return { folder, ...(await content.add(piecesOf(path))) };
}

function onlyOf(architectures: ReadonlySet<string>, [first]: readonly RuntimeDeb[]): string {
  const [architecture = 'all', other] = architectures;
  if (other === undefined) return architecture;
  throw new FileError(first?.path ?? '', `packages for ${architecture} and ${other} do not go into one runtime`);
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
