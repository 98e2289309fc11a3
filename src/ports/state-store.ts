import type { Descriptor } from '#domain/container/index.ts';

/** A machine that this device knows, and its saved state if it is suspended. */
export interface MachineRecord {
  readonly id: string;
  readonly title: string;
  readonly manifest: Descriptor;
  /** Catalogs that may have the container, beside those of the user's sources. */
  readonly sources: readonly string[];
  /** When it was suspended, in milliseconds since the epoch. */
  readonly savedAt: number;
  /** Bytes that the saved state takes on this device. */
  readonly bytes: number;
  readonly engineVersion: string;
}

/** Saved engine states. A state is seen whole or not at all. Errors as in `ContentStore`, and `state/corrupt`. */
export interface StateStore {
  list(): Promise<readonly MachineRecord[]>;
  /** Writes the state, which comes in parts, then publishes the record; an earlier state of the machine goes only then. */
  save(record: Omit<MachineRecord, 'bytes'>, state: readonly Uint8Array[]): Promise<MachineRecord>;
  /** @throws AppError `state/corrupt` when it is not what was saved */
  load(id: string): Promise<Uint8Array<ArrayBuffer>>;
  remove(id: string): Promise<void>;
}
