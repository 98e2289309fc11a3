/**
 * What a guest wrote to its disk, kept in files so that a crash at any point loses nothing that was flushed: a log of block
 * writes, its index, its checkpoints and its compaction. Not here: which files, and when they are flushed.
 */
export { DiskAssembly, type DiskWrite } from './disk-assembly.ts';
export { DiskCopy, type DiskEntry, type DiskOutline } from './disk-copy.ts';
export { OverlayLog, type OverlayFiles } from './overlay-log.ts';
export type { Checkpoint, DiskIdentity } from './manifest.ts';
export type { SyncFile } from './sync-file.ts';
