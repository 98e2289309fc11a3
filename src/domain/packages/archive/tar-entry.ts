/** What an entry of a tar archive may be. */
export const TAR_ENTRY_TYPES = [
  'file',
  'folder',
  'symbolic-link',
  'hard-link',
  'character-device',
  'block-device',
  'fifo',
] as const;
export type TarEntryType = (typeof TAR_ENTRY_TYPES)[number];

/** What the header of an entry says. */
export interface TarHeader {
  /** As it is written, a folder's perhaps with a slash at its end. See `decodeName` for what is no UTF-8. */
  readonly name: string;
  readonly type: TarEntryType;
  /** Permissions, the lower twelve bits of st_mode. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Names of user and group; empty where there are none. */
  readonly uname: string;
  readonly gname: string;
  /** Seconds since 1970, perhaps with a fraction, perhaps negative. */
  readonly mtime: number;
  /** Bytes of the body; 0 for all but files. */
  readonly size: number;
  /** What a link leads to; empty for all but links. */
  readonly linkName: string;
  /** Numbers of a device; 0 for all else. */
  readonly major: number;
  readonly minor: number;
}

/** An entry of a tar archive. */
export interface TarEntry extends TarHeader {
  /** To be read before the next entry is; what is left of it is passed over. */
  readonly body: AsyncIterable<Uint8Array>;
}
