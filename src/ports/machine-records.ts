import type { Descriptor } from '#domain/container/index.ts';
import type { AppSettings, StoredCookies } from '#domain/http/index.ts';
import type { DiskIdentity } from '#domain/overlay/index.ts';
import type { SavedState } from './kept-machines.ts';

/** A machine that this device keeps: from its first boot until it is removed. */
export interface MachineRecord {
  readonly id: string;
  readonly title: string;
  readonly manifest: Descriptor;
  /** Catalogs that may have the container, beside those of the user's sources. */
  readonly sources: readonly string[];
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  /** When it was last started or saved. */
  readonly usedAt: number;
  /** What its files belong to; undefined until it has any. */
  readonly disk: DiskIdentity | undefined;
  /** Bytes that it takes on this device. */
  readonly bytes: number;
  /** The state that it goes on from; undefined when it boots. */
  readonly suspended: SuspendedState | undefined;
  /** Made to go back to, oldest first. */
  readonly checkpoints: readonly SavedState[];
  /** Of its web servers; undefined when they have set none. */
  readonly cookies?: StoredCookies | undefined;
  /** What the user has set for its web servers. */
  readonly apps?: readonly AppSettings[] | undefined;
  /** URL of the relay through which its guest reaches the world; undefined when it has no network. */
  readonly relay?: string | undefined;
}

export interface SuspendedState {
  readonly savedAt: number;
  readonly bytes: number;
}

/**
 * Which machines this device keeps. What they keep is in files that only their worker opens; the worker writes here what
 * others need to know of it. Errors as in `ContentStore`; `storage/newer` for a record of a newer version.
 */
export interface MachineRecords {
  /** The last used first. */
  list(): Promise<readonly MachineRecord[]>;
  get(id: string): Promise<MachineRecord | undefined>;
  /** Puts what `change` makes of the record; nobody else writes meanwhile. */
  update(id: string, change: (before: MachineRecord | undefined) => MachineRecord): Promise<MachineRecord>;
  remove(id: string): Promise<void>;
}

/** States that an earlier version kept with its records: read until the machine has gone on from its own. */
export interface EarlierStates {
  /** The engine that saved the machine's state; undefined when there is none. */
  engineOf(id: string): Promise<string | undefined>;
  /** @throws AppError `state/corrupt` when it is not what was saved */
  load(id: string): Promise<Uint8Array<ArrayBuffer>>;
  remove(id: string): Promise<void>;
}
