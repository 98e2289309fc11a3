/**
 * Archives that packages come as: ar, tar, and the .deb made of them (deb(5)), read as streams, with names that cannot lead
 * out of where they are unpacked and limits to what they may unpack to; and written, as bytes. Not here: decompression
 * (`Decompress` is given by who calls), files on disks, what the control files say.
 */
export { ByteReader } from './byte-reader.ts';
export type { Decompress, PackedFormat, PackedStream } from './compression.ts';
export { hasFileList, readDeb, readFileList, skimDeb, type DebEntry, type DebOptions } from './deb.ts';
export { aroundMember, EFFECTS_MEMBER, LIST_MEMBER } from './extra-members.ts';
export { encodeFileList, type FileList, type ListedFile } from './file-list.ts';
export { encodeName } from './file-name.ts';
export { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
export { PathGuard, type GuardedPath } from './path-guard.ts';
export type { RandomAccess } from './random-access.ts';
export { storeDeb } from './store-deb.ts';
export { readTar, type TarOptions } from './tar.ts';
export type { TarEntry, TarEntryType, TarHeader } from './tar-entry.ts';
export { appendToTar } from './write-tar.ts';
