/**
 * Bytes at rest and on their way there: IndexedDB, compression, digests, verified reading from a server.
 * The only place that knows Dexie and zstd. Not here: what the bytes are for.
 */
export { ApiServer } from './api/api-server.ts';
export { SourcesClient } from './api/sources-client.ts';
export { sha256 } from './digest.ts';
export { MemoryContentStore } from './memory-content-store.ts';
export { openStorage, type Storage } from './open.ts';
export { BlobReader } from './remote/blob-reader.ts';
export { RemoteContainer, type Piece } from './remote/container.ts';
export { keepOffline, shareHere } from './remote/keep-offline.ts';
export { RemoteDisk } from './remote/remote-disk.ts';
export { verifyCatalogSignature, type VerifiedSignature } from './signature.ts';
export {
  SourceDirectory,
  type RemoteCatalog,
  type SignedEntry,
  type SourcesCatalog,
} from './sources/source-directory.ts';
export { loadCompression } from './zstd.ts';
