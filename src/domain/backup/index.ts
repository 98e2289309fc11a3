/**
 * A machine as one file, to be carried to another browser: its form, written and read as streams. Described in
 * docs/backup-format.md. Not here: where a machine's disk and states come from and go to.
 */
export { describeMachine, type BackupDescription, type BackupState } from './description.ts';
export { decodeDiskPiece, encodeDiskPiece, DISK_PIECE_BYTES, DISK_PIECE_ENTRIES } from './disk-piece.ts';
export {
  beginsAsBackup,
  openBackup,
  readBackup,
  type BackupPart,
  type ContentPart,
  type OpenBackup,
} from './read-backup.ts';
export type { ByteSource } from './tar-reader.ts';
export { STATE_PIECE_BYTES, writeBackup } from './write-backup.ts';
