import type { BackupDescription, BackupPart } from '#domain/backup/index.ts';
import type { DiskIdentity } from '#domain/overlay/index.ts';
import type { Overlay } from './overlay.ts';

/** The disk and the saved states of a machine, kept on this device and opened by one thread at a time. */
export interface KeptMachine {
  readonly disk: Overlay;
  /** Bytes of the disk, as its guest sees it: those of the container's, until it grows. */
  readonly size: number;
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
  /**
   * Makes the disk larger; what is new is zeros. States that were saved before fit it no more, but it can go back to them.
   * @param bytes as `isGrowth` has it
   * @throws AppError `storage/*`; then it is as large as before
   */
  grow(bytes: number): void;
  /** Makes the disk what it was when the state was saved, as large as then. Nobody may be using it. @throws AppError `state/corrupt`, `storage/*` */
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
  /** Of a checkpoint that a change was begun at: until it is forgotten, the machine goes back to it when it is started. */
  readonly isUndo?: boolean | undefined;
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
  /**
   * What a machine that nobody has open keeps, to be carried elsewhere; nothing of it changes.
   * @throws AppError as `open`; `backup/not-kept` when there is nothing
   */
  export(machine: string, disk: DiskIdentity): Promise<OutgoingMachine>;
  /**
   * Makes a machine of what was exported. When it throws, nothing of it is left.
   * @param machine has nothing here yet
   * @param parts to the last: their end says that they are what was exported
   * @throws AppError `storage/full`, `storage/unavailable`, `backup/altered`, and what `parts` throws
   */
  import(machine: string, contents: KeptContents, parts: AsyncIterable<KeptPart>): Promise<IncomingMachine>;
  /**
   * Removes what imports have left that ended with their tab.
   * @param isKnown tells of a machine whether this device has it
   */
  tidyImports(isKnown: (machine: string) => Promise<boolean>): Promise<void>;
  /** @throws AppError `storage/unavailable` */
  list(): Promise<readonly StoredFiles[]>;
  /** @throws AppError `storage/locked`, `storage/unavailable` */
  remove(machine: string): Promise<void>;
}

/** What a machine keeps, as a backup describes it. */
export type KeptContents = Pick<BackupDescription, 'disk' | 'states'>;

/** A piece of it: of the disk, or of a state. */
export type KeptPart = Exclude<BackupPart, { type: 'description' }>;

export interface OutgoingMachine {
  readonly contents: KeptContents;
  /** To be read once, before `close`. @throws AppError `storage/damaged`, `storage/unavailable` */
  parts(): AsyncIterable<KeptPart>;
  /** Lets others open it. */
  close(): void;
}

/** A machine that is here, but that nobody knows of yet. */
export interface IncomingMachine {
  readonly bytes: number;
  readonly states: readonly SavedState[];
  /** As in `KeptMachine`. */
  readonly fitting: SavedState | undefined;
  /** It is known now: it stays. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export interface StoredFiles {
  readonly machine: string;
  readonly bytes: number;
}
