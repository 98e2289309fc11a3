/**
 * Archives that packages come as: ar, tar, and the .deb made of them (deb(5)), read as streams, with names that cannot lead
 * out of where they are unpacked and limits to what they may unpack to; and written, as bytes. Not here: decompression
 * (`Decompress` is given by who calls), files on disks, what the control files say.
 */
export { ByteReader } from './byte-reader.ts';
export type { Decompress, PackedFormat, PackedStream } from './compression.ts';
export { readDeb, type DebEntry, type DebOptions } from './deb.ts';
export { aroundEffects } from './effects-member.ts';
export { encodeName } from './file-name.ts';
export { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
export { PathGuard, type GuardedPath } from './path-guard.ts';
export { storeDeb } from './store-deb.ts';
export { readTar, type TarOptions } from './tar.ts';
export type { TarEntry, TarEntryType, TarHeader } from './tar-entry.ts';
export { appendToTar } from './write-tar.ts';
