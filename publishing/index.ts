/**
 * What publishers do: containers and runtimes packed into folders that any static host can hold, checked, compared, signed.
 * Not here: how a container's content comes about (images), how a person says what they want (cli).
 */
export { difference, type Amount, type Difference, type PartDifference } from './compare/difference.ts';
export { inventory } from './compare/inventory.ts';
export { COMPRESSION_LEVEL } from './compress/chunk-frame.ts';
export { compressedIn, compressInto, type CompressedFile } from './compress/compress-file.ts';
export { idFrom } from './container/container-id.ts';
export { inspectDisk } from './container/disk-image.ts';
export { packContainer, type ContainerContent } from './container/pack-container.ts';
export { copyContainer } from './container/pack-copy.ts';
export { packImage, type ImageParts } from './container/pack-image.ts';
export { packMachine, type MachineParts } from './container/pack-machine.ts';
export { readInitrd, readKernel, readThumbnail } from './container/parts.ts';
export { drawThumbnail } from './container/thumbnail.ts';
export { writeCatalog } from './layout/catalog.ts';
export { LAYOUT_FILES } from './layout/layout-files.ts';
export type { About } from './layout/write-artifact.ts';
export { pruneBlobs } from './layout/prune-blobs.ts';
export { publish } from './publish.ts';
export { PublishError } from './publish-error.ts';
export { isBackupFile, withBackupFile } from './reading/backup-file.ts';
export { findEntry, hasContainer } from './reading/containers.ts';
export { isUrl, openPublication } from './reading/open-publication.ts';
export type { Publication } from './reading/publication.ts';
export { generateKey, openKeyFile, publicKeyFile, secretKeyFile } from './sign/key-pair.ts';
export { layOutRuntime, type RuntimeSources } from './runtime/lay-out-runtime.ts';
export { isRuntimeFolder, packRuntimeFolder, readRuntimeFolder } from './runtime/pack-folder.ts';
export { packRuntime } from './runtime/pack-runtime.ts';
export { signCatalog } from './sign/sign-catalog.ts';
export { verifyPublication, type VerifyReport } from './verify/verify-publication.ts';
