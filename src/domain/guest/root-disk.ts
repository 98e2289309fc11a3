/** What a guest's root file system has room for, in bytes. */
export interface DiskRoom {
  readonly used: number;
  /** For files; some more is for root alone. */
  readonly free: number;
}

/** Prints what `parseDiskRoom` reads. */
export const DISK_ROOM_COMMAND = ['df', '-Pk', '/'] as const;

/** Of what `df -Pk` prints for one file system: its last line. Undefined where it says nothing of the kind. */
export function parseDiskRoom(text: string): DiskRoom | undefined {
  const [, , used = '', free = ''] = text.trim().split('\n').at(-1)?.split(/\s+/) ?? [];
  const isRoom = [used, free].every((kibibytes) => /^\d+$/.test(kibibytes));
  return isRoom ? { used: Number(used) * 1024, free: Number(free) * 1024 } : undefined;
}

/**
 * Linux, include/uapi/linux/ext4.h: EXT4_IOC_RESIZE_FS, which is what resize2fs ends in; `_IOW('f', 16, __u64)`, the number of
 * blocks, in the guest's byte order. Images of Debian always have Perl, but not e2fsprogs.
 */
const RESIZE = `open my $root, '<', '/' or die "$!\\n"; my $blocks = pack 'VV', $ARGV[0], 0; ioctl $root, 0x40086610, $blocks or die "$!\\n"`;

/**
 * Has the guest's root file system, of the kind of ext, take all of its disk, while it is in use. Nothing happens where it
 * does already.
 */
export const FILL_DISK_COMMAND = [
  'sh',
  '-ec',
  'sectors=$(cat "/sys/dev/block/$(mountpoint -d /)/size"); exec perl -e "$0" "$((sectors / ($(stat -f -c %S /) / 512)))"',
  RESIZE,
] as const;
