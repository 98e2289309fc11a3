/**
 * Bytes at rest and on their way there: IndexedDB, the origin's private files (OPFS), compression, digests, verified reading
 * from a server. The only place that knows Dexie, OPFS, zstd and xz. Not here: what the bytes are for.
 */
export { ApiServer } from './api/api-server.ts';
export { SourcesClient } from './api/sources-client.ts';
export type { ContainerRecord } from './container-records.ts';
export { ContainerClient } from './content/container-client.ts';
export type { ContainerDisk } from './content/container-disk.ts';
export { ContainerShelf } from './content/container-shelf.ts';
export { ContentClient, type ContentClientParts, type ReadOrigin } from './content/content-client.ts';
export { ContentServer } from './content/content-server.ts';
export { ContainerKeeper } from './content/keeper.ts';
export { LargerDisk } from './content/larger-disk.ts';
export { directFetch, serviceWorkerFetch } from './content/local-fetch.ts';
export { holdContainer } from './content/locks.ts';
export { RuntimeClient } from './content/runtime-client.ts';
export type { ContainerStatus } from './content/status.ts';
export { sha256 } from './digest.ts';
export type { LocalFetch, LocalServer } from './local-server.ts';
export { freeMachineId } from './machine-ids.ts';
export { MemoryContentStore } from './memory-content-store.ts';
export { machineStorageOf, memoryStorage, openStorage, type MachineStorage, type Storage } from './open.ts';
export { fetchBytes } from './remote/fetch-bytes.ts';
export { fullFor, withRoom } from './room.ts';
export { verifyCatalogSignature, type VerifiedSignature } from './signature.ts';
export {
  SourceDirectory,
  type RemoteCatalog,
  type SignedEntry,
  type SourcesCatalog,
} from './sources/source-directory.ts';
export { unpack } from './unpack/unpack.ts';
export { loadCompression } from './zstd.ts';
