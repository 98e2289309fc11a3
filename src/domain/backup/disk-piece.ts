import { BLOCK_BYTES } from '../disk/index.ts';
import { AppError } from '../errors/index.ts';
import type { DiskEntry } from '../overlay/index.ts';

/** Blocks that a piece has at most: about a megabyte. */
export const DISK_PIECE_ENTRIES = 256;
const HEAD_BYTES = 8;
/** 8 record, 4 block, 2 mark. */
const ENTRY_BYTES = 14;
/** Bytes of a piece at most. */
export const DISK_PIECE_BYTES = HEAD_BYTES + DISK_PIECE_ENTRIES * (ENTRY_BYTES + BLOCK_BYTES);

/** In a mark, beside a bit for each sector that was written: the block is all zeros, and has no bytes. */
const ZERO_MARK = 0x100;

/** At most `DISK_PIECE_ENTRIES` blocks of a disk as bytes. */
export function encodeDiskPiece(entries: readonly DiskEntry[]): Uint8Array<ArrayBuffer> {
  const withBytes = entries.filter(({ bytes }) => bytes !== undefined).length;
  const piece = new Uint8Array(HEAD_BYTES + entries.length * ENTRY_BYTES + withBytes * BLOCK_BYTES);
  const view = new DataView(piece.buffer);
  view.setUint32(0, entries.length, true);
  let end = HEAD_BYTES + entries.length * ENTRY_BYTES;
  for (const [i, { record, block, sectors, bytes }] of entries.entries()) {
    const at = HEAD_BYTES + i * ENTRY_BYTES;
    view.setFloat64(at, record, true);
    view.setUint32(at + 8, block, true);
    view.setUint16(at + 12, bytes === undefined ? sectors | ZERO_MARK : sectors, true);
    if (bytes === undefined) continue;
    piece.set(bytes, end);
    end += BLOCK_BYTES;
  }
  return piece;
}

/** @throws AppError `backup/altered` */
export function decodeDiskPiece(piece: Uint8Array<ArrayBuffer>): DiskEntry[] {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  const count = piece.length < HEAD_BYTES ? 0 : view.getUint32(0, true);
  if (count === 0 || count > DISK_PIECE_ENTRIES || HEAD_BYTES + count * ENTRY_BYTES > piece.length) throw invalid();
  const entries: DiskEntry[] = [];
  let end = HEAD_BYTES + count * ENTRY_BYTES;
  for (let i = 0; i < count; i++) {
    const at = HEAD_BYTES + i * ENTRY_BYTES;
    const mark = view.getUint16(at + 12, true);
    const place = { record: view.getFloat64(at, true), block: view.getUint32(at + 8, true), sectors: mark & 0xff };
    const bytes = mark & ZERO_MARK ? undefined : piece.subarray(end, (end += BLOCK_BYTES));
    if (end > piece.length || mark > (ZERO_MARK | 0xff)) throw invalid();
    entries.push({ ...place, bytes });
  }
  if (end !== piece.length) throw invalid();
  return entries;
}

function invalid(): AppError {
  return new AppError('backup/altered', { detail: 'a piece of its disk is not valid' });
}
