/** The disk of a machine: what its guest wrote over the container's blocks. Not here: where it is kept. */
export {
  BLOCK_BYTES,
  BlockOverlay,
  isWritten,
  SECTOR_BYTES,
  sectorMask,
  writeImage,
  type OverlayImage,
} from './block-overlay.ts';
export { grownSize, isGrowth, largerSizes, MOST_DISK_BYTES, sizeWithRoomFor } from './growth.ts';
