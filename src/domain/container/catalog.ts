import * as v from 'valibot';
import { ByteCountSchema, DescriptorSchema } from './descriptor.ts';

const ShortText = v.pipe(v.string(), v.maxLength(200));

/** One container or runtime that a server offers. */
const CatalogEntrySchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'not an id')),
  kind: v.picklist(['container', 'runtime']),
  title: ShortText,
  summary: v.pipe(v.string(), v.maxLength(2000)),
  version: ShortText,
  tags: v.array(ShortText),
  /** Bytes to download to have all of it. */
  size: ByteCountSchema,
  manifest: DescriptorSchema,
  thumbnail: v.optional(DescriptorSchema),
});
export type CatalogEntry = v.InferOutput<typeof CatalogEntrySchema>;

/** `catalog.json` of a server. */
export const CatalogSchema = v.object({
  schemaVersion: v.literal(1),
  entries: v.pipe(v.array(CatalogEntrySchema), v.maxLength(10_000)),
});
export type Catalog = v.InferOutput<typeof CatalogSchema>;
