/** The container format: documents that a server holds, read and written. Not here: fetching, hashing, compression (they do I/O). */
export {
  CatalogEntrySchema,
  CatalogSchema,
  CatalogText,
  MAX_CATALOG_ENTRIES,
  type Catalog,
  type CatalogEntry,
} from './catalog.ts';
export { CHUNK_BYTES, ZERO_FRAME, decodeChunkList, encodeChunkList, type ChunkRecord } from './chunk-list.ts';
export {
  blobPath,
  DescriptorSchema,
  ByteCountSchema,
  digestFromBytes,
  digestHex,
  digestToBytes,
  DigestSchema,
  type Descriptor,
  type Digest,
} from './descriptor.ts';
export { MachineConfigSchema, type MachineConfig } from './machine-config.ts';
export {
  ManifestSchema,
  readArtifact,
  readManifest,
  type ArtifactParts,
  type ChunkedLayer,
  type ContainerParts,
  type Manifest,
  type RuntimeParts,
} from './manifest.ts';
export { MEDIA_TYPES, partName, SNAPSHOT_ANNOTATIONS } from './media-types.ts';
export { parseJson, parseValue, readJson } from './parse.ts';
export {
  nextOffset,
  RuntimeConfigSchema,
  RuntimeDescriptionSchema,
  type RuntimeConfig,
  type RuntimeDescription,
  type RuntimePackage,
  type RuntimeService,
  type RuntimeTemplate,
} from './runtime-config.ts';
export { bindingToAnnotations, snapshotMisfits, type SnapshotBinding } from './snapshot.ts';
export { TraceSchema, type Trace } from './trace.ts';
