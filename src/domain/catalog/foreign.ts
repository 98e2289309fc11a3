import * as v from 'valibot';
import { CatalogText, MAX_CATALOG_ENTRIES, parseValue, ByteCountSchema } from '../container/index.ts';
import { AppError } from '../errors/index.ts';

/** Something in a form that is not a container's: it is listed, but cannot be booted yet. */
export interface ForeignEntry {
  readonly format: 'rts.png';
  /** The server's own, opaque. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** Bytes of the file. */
  readonly size: number;
  /** Absolute address of the file. */
  readonly url: string;
  /** A small PNG as a `data:` URL. */
  readonly thumbnailUrl: string | undefined;
}

/** Base64 of a PNG begins with its first bytes. */
const PngSchema = v.pipe(v.string(), v.maxLength(512 * 1024), v.regex(/^iVBORw0KGgo[\d+/A-Za-z]*={0,2}$/, 'not a PNG'));
const Remark = v.nullish(CatalogText);

const OlderEntrySchema = v.object({
  id: v.pipe(CatalogText, v.minLength(1)),
  name: v.pipe(CatalogText, v.minLength(1)),
  path: v.pipe(v.string(), v.maxLength(2000)),
  size: ByteCountSchema,
  kernel_version: Remark,
  distro: Remark,
  architecture: Remark,
  visual_description: Remark,
  thumbnail: v.nullish(v.union([PngSchema, v.literal('')])),
});
type OlderEntry = v.InferOutput<typeof OlderEntrySchema>;

/** The catalog of an older server, which lists .rts.png files: `GET /api/v1/catalog`. */
const OlderCatalogSchema = v.object({
  entries: v.pipe(v.array(v.unknown()), v.maxLength(MAX_CATALOG_ENTRIES), v.array(OlderEntrySchema)),
});

/** True for the older server's form, which has no version of its own. */
export function isOlderCatalog(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'grid_dimensions' in value && !('schemaVersion' in value);
}

/**
 * Reads the older server's catalog.
 * @param url of the catalog: paths are relative to it
 * @throws AppError `format/invalid`
 */
export function readForeignEntries(value: unknown, url: string, what: string): readonly ForeignEntry[] {
  const { entries } = parseValue(OlderCatalogSchema, value, what);
  return entries.map((entry, i) => ({
    format: 'rts.png',
    id: entry.id,
    title: entry.name,
    summary: entry.visual_description ?? '',
    tags: tagsOf(entry),
    size: entry.size,
    url: fileUrl(entry.path, url, `entries.${i}.path`, what),
    thumbnailUrl: entry.thumbnail ? `data:image/png;base64,${entry.thumbnail}` : undefined,
  }));
}

function tagsOf({ distro, kernel_version: kernel, architecture }: OlderEntry): readonly string[] {
  return [distro, kernel, architecture].flatMap((tag) => (tag ? [tag] : []));
}

function fileUrl(path: string, base: string, place: string, what: string): string {
  const url = URL.parse(path, base);
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url.href;
  throw new AppError('format/invalid', { what, detail: `${place}: not a file of an http or https server` });
}
