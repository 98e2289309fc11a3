/**
 * What publishers do: containers packed into folders that any static host can hold.
 * Not here: how a container's content comes about (images), how a person says what they want (cli).
 */
export { COMPRESSION_LEVEL } from './compress/chunk-frame.ts';
export { compressedIn, compressInto, type CompressedFile } from './compress/compress-file.ts';
export { packContainer, type ContainerContent } from './container/pack-container.ts';
export { drawThumbnail } from './container/thumbnail.ts';
export { writeCatalog } from './layout/catalog.ts';
export { pruneBlobs } from './layout/prune-blobs.ts';
export { PublishError } from './publish-error.ts';
