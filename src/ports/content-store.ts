import type { Digest } from '#domain/container/index.ts';
import type { Cancellable } from './cancellation.ts';

/** Bytes and the SHA-256 by which they are named. The writer has verified them. */
export interface Content {
  readonly digest: Digest;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Verified bytes kept on this device under their digests: chunks and whole small blobs alike.
 * Errors: `storage/full` when there is no room (what was kept before stays), `storage/unavailable` when the browser refuses.
 */
export interface ContentStore {
  /** The bytes of each digest, in order; undefined where they are not here. */
  get(digests: readonly Digest[], options?: Cancellable): Promise<readonly (Uint8Array<ArrayBuffer> | undefined)[]>;
  /** Keeps all of `contents` or none. Keeping what is here already changes nothing. */
  put(contents: readonly Content[]): Promise<void>;
  /** Those of `digests` that are not here, in order, each once. */
  missing(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /** Forgets `digests`; those not here are passed over. */
  remove(digests: readonly Digest[]): Promise<void>;
}
