import { DescriptorSchema, MEDIA_TYPES } from '#domain/container/index.ts';
import * as v from 'valibot';

/** The annotation that names a manifest of a layout: `skopeo copy oci:DIR:NAME`. */
export const REF_NAME = 'org.opencontainers.image.ref.name';

const IndexEntrySchema = v.looseObject(DescriptorSchema.entries);
export type IndexEntry = v.InferOutput<typeof IndexEntrySchema>;

/** `index.json` of an OCI image layout, with whatever else other tools have put there. */
export const IndexSchema = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.literal(MEDIA_TYPES.index)),
  manifests: v.array(IndexEntrySchema),
});

/** `oci-layout`. */
export const LayoutSchema = v.object({ imageLayoutVersion: v.string() });
