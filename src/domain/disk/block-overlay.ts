/** Bytes of a block: the guest's file system writes whole blocks of this size. */
export const BLOCK_BYTES = 4096;
/** Bytes of a sector: the least that a disk writes. */
export const SECTOR_BYTES = 512;
const SECTORS_PER_BLOCK = BLOCK_BYTES / SECTOR_BYTES;
const BLOCKS_PER_SLAB = 256;

/** An overlay's content as flat arrays: cheap to save, cheap to restore. */
export interface OverlayImage {
  /** Block numbers, in the order of the slots. */
  readonly blocks: Uint32Array<ArrayBuffer>;
  /** For each slot, a bit for each of its eight sectors that was written. */
  readonly written: Uint8Array<ArrayBuffer>;
  /** The slots' bytes, `BLOCKS_PER_SLAB` to a slab; the last may hold more than is used. */
  readonly slabs: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * What a guest has written to a disk, over a base that never changes.
 * Blocks lie in 1 MiB slabs, so that 50 MB of writes are 50 arrays to save and not 100,000.
 */
export class BlockOverlay {
  readonly #slots = new Map<number, number>();
  readonly #written: number[] = [];
  readonly #slabs: Uint8Array<ArrayBuffer>[] = [];
  #version = 0;

  /** Changes with every write; 0 when nothing was ever written. */
  get version(): number {
    return this.#version;
  }

  /** Blocks that hold at least one written sector. */
  get blockCount(): number {
    return this.#slots.size;
  }

  /** Writes whole sectors. `start` and the length are multiples of SECTOR_BYTES. */
  write(start: number, bytes: Uint8Array): void {
    this.#version++;
    for (let at = 0; at < bytes.length;) {
      const within = (start + at) % BLOCK_BYTES;
      const length = Math.min(BLOCK_BYTES - within, bytes.length - at);
      this.#writeInBlock(Math.floor((start + at) / BLOCK_BYTES), within, bytes.subarray(at, at + length));
      at += length;
    }
  }

  /** True when every sector of the range was written, so that the base is not needed. */
  covers(start: number, length: number): boolean {
    return isWritten(start, length, (block) => this.#sectors(block));
  }

  /** Lays the written sectors of the range over `target`, which holds the base's bytes from `start` on. */
  apply(start: number, target: Uint8Array): void {
    const last = Math.floor((start + target.length - 1) / BLOCK_BYTES);
    for (let block = Math.floor(start / BLOCK_BYTES); block <= last; block++) {
      const slot = this.#slots.get(block);
      if (slot !== undefined) this.#applyBlock(block * BLOCK_BYTES - start, slot, target);
    }
  }

  /** There is nothing that it could be put on. */
  flush(): void {}

  /** Runs `write`, which writes to it. */
  fill(write: () => void): void {
    write();
  }

  /** The content, sharing memory with the overlay: copy it before the next write. */
  image(): OverlayImage {
    const blocks = new Uint32Array(this.#slots.size);
    for (const [block, slot] of this.#slots) blocks[slot] = block;
    return { blocks, written: Uint8Array.from(this.#written), slabs: this.#slabs };
  }

  /** The sectors of a block that were written, as bits. */
  #sectors(block: number): number {
    const slot = this.#slots.get(block);
    return slot === undefined ? 0 : (this.#written[slot] ?? 0);
  }

  #writeInBlock(block: number, within: number, bytes: Uint8Array): void {
    const slot = this.#slots.get(block) ?? this.#allocate(block);
    this.#bytesOf(slot).set(bytes, within);
    this.#written[slot] = (this.#written[slot] ?? 0) | sectorMask(within, bytes.length);
  }

  #allocate(block: number): number {
    const slot = this.#slots.size;
    if (slot % BLOCKS_PER_SLAB === 0) this.#slabs.push(new Uint8Array(BLOCKS_PER_SLAB * BLOCK_BYTES));
    this.#slots.set(block, slot);
    this.#written.push(0);
    return slot;
  }

  #bytesOf(slot: number): Uint8Array {
    const slab = this.#slabs[Math.floor(slot / BLOCKS_PER_SLAB)];
    if (!slab) throw new RangeError(`slot ${slot} has no slab`);
    const offset = (slot % BLOCKS_PER_SLAB) * BLOCK_BYTES;
    return slab.subarray(offset, offset + BLOCK_BYTES);
  }

  #applyBlock(offset: number, slot: number, target: Uint8Array): void {
    const bytes = this.#bytesOf(slot);
    const written = this.#written[slot] ?? 0;
    for (let sector = 0; sector < SECTORS_PER_BLOCK; sector++) {
      const at = offset + sector * SECTOR_BYTES;
      if ((written & (1 << sector)) === 0 || at < 0 || at >= target.length) continue;
      target.set(bytes.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES), at);
    }
  }
}

/**
 * True when every sector of the range was written.
 * @param sectorsOf the sectors of a block that were written, as bits
 */
export function isWritten(start: number, length: number, sectorsOf: (block: number) => number): boolean {
  for (let at = start; at < start + length;) {
    const within = at % BLOCK_BYTES;
    const bytes = Math.min(BLOCK_BYTES - within, start + length - at);
    const mask = sectorMask(within, bytes);
    if ((sectorsOf(Math.floor(at / BLOCK_BYTES)) & mask) !== mask) return false;
    at += bytes;
  }
  return true;
}

/** A bit for each sector of a block that the range of `length` bytes at `within` holds. */
export function sectorMask(within: number, length: number): number {
  return ((1 << (length / SECTOR_BYTES)) - 1) << (within / SECTOR_BYTES);
}

/**
 * Calls `write` for all that an image holds, in runs of sectors.
 * @throws RangeError when the parts of the image do not fit each other; then nothing was written
 */
export function writeImage(image: OverlayImage, write: (start: number, bytes: Uint8Array) => void): void {
  checkImage(image);
  for (let slot = 0; slot < image.blocks.length;) {
    const length = runLength(image, slot);
    if (length > 0) write(...placeOf(image, slot, length));
    else writeSectors(image, slot, write);
    slot += Math.max(length, 1);
  }
}

/** How many slots from this one on hold whole blocks that follow each other, in one slab. */
function runLength({ blocks, written }: OverlayImage, slot: number): number {
  const most = Math.min(BLOCKS_PER_SLAB - (slot % BLOCKS_PER_SLAB), blocks.length - slot);
  let length = 0;
  while (length < most && written[slot + length] === 0xff && blocks[slot + length] === (blocks[slot] ?? 0) + length) {
    length++;
  }
  return length;
}

function placeOf({ blocks, slabs }: OverlayImage, slot: number, length: number): [start: number, bytes: Uint8Array] {
  const offset = (slot % BLOCKS_PER_SLAB) * BLOCK_BYTES;
  const slab = slabs[Math.floor(slot / BLOCKS_PER_SLAB)] ?? new Uint8Array();
  return [(blocks[slot] ?? 0) * BLOCK_BYTES, slab.subarray(offset, offset + length * BLOCK_BYTES)];
}

function writeSectors(image: OverlayImage, slot: number, write: (start: number, bytes: Uint8Array) => void): void {
  const [start, bytes] = placeOf(image, slot, 1);
  for (let at = 0; at < BLOCK_BYTES; at += SECTOR_BYTES) {
    if (((image.written[slot] ?? 0) & (1 << (at / SECTOR_BYTES))) !== 0) {
      write(start + at, bytes.subarray(at, at + SECTOR_BYTES));
    }
  }
}

function checkImage({ blocks, written, slabs }: OverlayImage): void {
  if (written.length !== blocks.length) throw new RangeError('not every slot has its mark');
  if (new Set(blocks).size !== blocks.length) throw new RangeError('a block is there twice');
  const wanted = Math.ceil(blocks.length / BLOCKS_PER_SLAB);
  const whole = slabs.every((slab) => slab.length === BLOCKS_PER_SLAB * BLOCK_BYTES);
  if (slabs.length !== wanted || !whole) throw new RangeError('the slots have no bytes');
}
