import type { CatalogEntry, Digest } from '#domain/container/index.ts';

/** What takes how much of this device. Bytes throughout. */
export interface StorageReport {
  /** As the browser counts it; undefined where it does not say. */
  readonly usage: number | undefined;
  /** What the browser grants. */
  readonly quota: number | undefined;
  /** True when the browser has promised not to clear this origin by itself. */
  readonly persisted: boolean;
  /** Runtimes, too: they are kept in the same way. */
  readonly containers: readonly StoredContainer[];
  readonly machines: readonly StoredMachine[];
}

export interface StoredContainer {
  readonly digest: Digest;
  readonly kind: CatalogEntry['kind'];
  readonly title: string;
  readonly version: string;
  /** Bytes of it that are here. */
  readonly bytes: number;
  /** Those that no other container here needs: what removing it frees. */
  readonly ownBytes: number;
  /** Never evicted to make room. */
  readonly pinned: boolean;
  /** The user trusts it, as `Portolan.trust` has it. */
  readonly trusted: boolean;
  /** A machine, running or suspended, needs it: it cannot be removed. */
  readonly inUse: boolean;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
}

export interface StoredMachine {
  readonly id: string;
  readonly title: string;
  readonly bytes: number;
}
