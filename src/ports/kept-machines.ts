import type { DiskIdentity } from '#domain/overlay/index.ts';
import type { Overlay } from './overlay.ts';

/** The disk and the saved states of a machine, kept on this device and opened by one thread at a time. */
export interface KeptMachine {
  readonly disk: Overlay;
  /** Bytes that all of it takes. */
  readonly bytes: number;
  /** The states that are whole, oldest first. */
  readonly states: readonly SavedState[];
  /** The newest state that fits the disk as it is now: the guest can go on from it. */
  readonly fitting: SavedState | undefined;
  /**
   * Keeps a state, whose parts make one run of bytes, together with the disk as it is now: the guest must stand still
   * until it has ended. A suspended state takes the place of the one before it. When it throws, all is as it was.
   * @throws AppError `storage/*`
   */
  save(about: StateDescription, parts: readonly Uint8Array[]): Promise<SavedState>;
  /** The bytes of a state. @throws AppError `state/corrupt` when they are not what was saved, `storage/*` */
  load(id: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Makes the disk what it was when the state was saved. Nobody may be using it. @throws AppError `state/corrupt`, `storage/*` */
  goBack(id: string): void;
  /** Forgets a state, and what of the disk only it needed. @throws AppError `storage/*` */
  forget(id: string): Promise<void>;
  /** Puts everything on the device and lets others open it. */
  close(): void;
}

export interface StateDescription {
  /** Suspended, to be resumed and forgotten; or made to go back to. */
  readonly kind: 'suspended' | 'checkpoint';
  /** The user's words; empty for a suspended state. */
  readonly name: string;
  readonly engineVersion: string;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}

export interface SavedState extends StateDescription {
  readonly id: string;
  /** Bytes that the state takes, apart from the disk. */
  readonly bytes: number;
}

/** What machines keep on this device. */
export interface KeptMachines {
  /**
   * Opens what a machine keeps, or begins it.
   * @throws AppError `storage/locked` when another thread has it, `storage/damaged`, `storage/newer`, `storage/full`,
   *   `storage/unavailable` where the browser keeps no files
   */
  open(machine: string, disk: DiskIdentity): Promise<KeptMachine>;
  /** @throws AppError `storage/unavailable` */
  list(): Promise<readonly StoredFiles[]>;
  /** @throws AppError `storage/locked`, `storage/unavailable` */
  remove(machine: string): Promise<void>;
}

export interface StoredFiles {
  readonly machine: string;
  readonly bytes: number;
}
