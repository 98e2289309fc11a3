import * as v from 'valibot';
import { cleanText } from '../text/index.ts';
import { ByteCountSchema, DescriptorSchema } from './descriptor.ts';
import { MEDIA_TYPES } from './media-types.ts';

const ShortText = v.pipe(v.string(), v.maxLength(200), v.transform(cleanText));
/** Words of whoever wrote the catalog, cleaned. */
export const CatalogText = v.pipe(v.string(), v.maxLength(2000), v.transform(cleanText));
const VisibleText = v.pipe(ShortText, v.minLength(1, 'nothing in it can be seen'));

/** A picture of another kind, opened in a tab of its own, could run scripts with this page's rights. */
const ThumbnailSchema = v.pipe(
  DescriptorSchema,
  v.check(({ mediaType }) => mediaType === MEDIA_TYPES.thumbnail, `not of the type ${MEDIA_TYPES.thumbnail}`),
);

/** One container or runtime that a server offers. */
export const CatalogEntrySchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'not an id')),
  kind: v.picklist(['container', 'runtime']),
  title: VisibleText,
  summary: CatalogText,
  version: VisibleText,
  tags: v.pipe(v.array(ShortText), v.maxLength(100)),
  /** Bytes to download to have all of it. */
  size: ByteCountSchema,
  manifest: DescriptorSchema,
  thumbnail: v.optional(ThumbnailSchema),
});
export type CatalogEntry = v.InferOutput<typeof CatalogEntrySchema>;

/** Most entries of a catalog. */
export const MAX_CATALOG_ENTRIES = 10_000;

/** `catalog.json` of a server. Its entries are counted before any is looked at. */
export const CatalogSchema = v.object({
  schemaVersion: v.literal(1),
  entries: v.pipe(v.array(v.unknown()), v.maxLength(MAX_CATALOG_ENTRIES), v.array(CatalogEntrySchema)),
});
export type Catalog = v.InferOutput<typeof CatalogSchema>;
