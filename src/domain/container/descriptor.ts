import * as v from 'valibot';

/** `sha256:` and 64 hex digits in lower case (OCI image specification, "Digests"). */
export const DigestSchema = v.pipe(
  v.string(),
  v.regex(/^sha256:[0-9a-f]{64}$/, 'not a sha256 digest'),
  v.brand('Digest'),
);
export type Digest = v.InferOutput<typeof DigestSchema>;

export const ByteCountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** OCI content descriptor: what a blob is, its digest, its length in bytes. */
export const DescriptorSchema = v.object({
  mediaType: v.string(),
  digest: DigestSchema,
  size: ByteCountSchema,
  annotations: v.optional(v.record(v.string(), v.string())),
});
export type Descriptor = v.InferOutput<typeof DescriptorSchema>;

/** The 64 hex digits of a digest. */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** Path of a blob below an OCI image layout. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}

/** The digest whose 32 bytes are `bytes`. */
export function digestFromBytes(bytes: Uint8Array): Digest {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return v.parse(DigestSchema, `sha256:${hex}`);
}

/** The 32 bytes of a digest. */
export function digestToBytes(digest: Digest): Uint8Array<ArrayBuffer> {
  const hex = digestHex(digest);
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
