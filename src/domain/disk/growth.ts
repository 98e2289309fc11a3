import { AppError } from '../errors/index.ts';

const GB = 1_000_000_000;
/** Sizes are whole units of so many bytes: whole chunks of a container, and whole blocks of any file system. */
const UNIT_BYTES = 1024 * 1024;
/** Bytes that a machine's disk may have: what a file system of blocks of 4 KiB describes in one block of group descriptors. */
export const MOST_DISK_BYTES = 16 * 1024 ** 3;
/** Sizes that a user chooses from, in GB. */
const OFFERED = [1, 2, 3, 4, 6, 8, 12, 16];
/** Bytes that stay free beside what a larger disk is wanted for. */
const SLACK_BYTES = 256 * 1024 * 1024;
/** Share of what is new that files can have: the rest is for inodes, bitmaps, and what is kept for root. */
const USABLE = 0.95;

/** True when a disk of `size` bytes can become one of `bytes`. */
export function isGrowth(size: number, bytes: number): boolean {
  return Number.isSafeInteger(bytes) && bytes > size && bytes % UNIT_BYTES === 0;
}

/**
 * How many bytes a disk of `size` bytes gets when somebody wants `wanted` of them: whole units.
 * @throws AppError `disk/not-larger`, `disk/too-large`
 */
export function grownSize(size: number, wanted: number): number {
  const bytes = roundedUp(wanted);
  if (wanted > MOST_DISK_BYTES) throw new AppError('disk/too-large', { bytes: wanted, most: MOST_DISK_BYTES });
  if (isGrowth(size, bytes)) return bytes;
  throw new AppError('disk/not-larger', { bytes: wanted, size });
}

/** Sizes that a disk of `size` bytes can be given, in bytes, the smallest first; none for one that is as large as can be. */
export function largerSizes(size: number): readonly number[] {
  return OFFERED.map((gigabytes) => roundedUp(gigabytes * GB)).filter((bytes) => isGrowth(size, bytes));
}

/** The first of them that gives a disk of `size` bytes room for `missing` more, and some to spare; else the largest. */
export function sizeWithRoomFor(size: number, missing: number): number | undefined {
  const sizes = largerSizes(size);
  return sizes.find((bytes) => (bytes - size) * USABLE >= missing + SLACK_BYTES) ?? sizes.at(-1);
}

function roundedUp(bytes: number): number {
  return Math.ceil(bytes / UNIT_BYTES) * UNIT_BYTES;
}
