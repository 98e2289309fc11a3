import { concatBytes } from '#domain/bytes/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { Compression } from '#ports/compression.ts';
import { corruptState, unpackPiece } from '../state-piece.ts';

/** Bytes of a state that make one piece: large enough to compress well, small enough to hold many at once. */
const PIECE_BYTES = 1024 * 1024;
/** zstd's fastest ordinary level: a state is written while someone waits. */
const LEVEL = 1;
/** Before each piece: u32le length of the frame, then its SHA-256. */
const HEAD_BYTES = 4 + 32;

/** What a state's file holds. */
export interface StateExtent {
  readonly bytes: number;
  readonly pieces: number;
}

/**
 * Writes a state as pieces, each a zstd frame behind its length and its SHA-256, and puts it on the device.
 * @param parts one run of bytes
 */
export async function writeState(
  file: SyncFile,
  parts: readonly Uint8Array[],
  compression: Compression,
): Promise<StateExtent> {
  let [bytes, pieces] = [0, 0];
  for (const piece of piecesOf(parts)) {
    const frame = compression.compress(piece, LEVEL);
    const head = new Uint8Array(HEAD_BYTES);
    new DataView(head.buffer).setUint32(0, frame.length, true);
    head.set(await sha256(frame), 4);
    file.write(bytes, concatBytes([head, frame]));
    bytes += HEAD_BYTES + frame.length;
    pieces++;
  }
  file.flush();
  return { bytes, pieces };
}

/** @throws AppError `state/corrupt` */
export async function readState(
  file: SyncFile,
  { bytes, pieces }: StateExtent,
  compression: Compression,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(bytes);
  if (file.size !== bytes || file.read(0, content) !== bytes) throw corruptState('it has another length');
  const unpacked: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes;) {
    const frame = await frameAt(content, at);
    unpacked.push(unpackPiece(frame, PIECE_BYTES, compression));
    at += HEAD_BYTES + frame.length;
  }
  if (unpacked.length !== pieces) throw corruptState('a piece of it is missing');
  return concatBytes(unpacked);
}

async function frameAt(content: Uint8Array<ArrayBuffer>, at: number): Promise<Uint8Array<ArrayBuffer>> {
  const start = at + HEAD_BYTES;
  const length = start <= content.length ? new DataView(content.buffer).getUint32(at, true) : Infinity;
  if (start + length > content.length) throw corruptState('it is cut short');
  const frame = content.subarray(start, start + length);
  const sum = await sha256(frame);
  if (sum.some((byte, i) => byte !== content[at + 4 + i])) throw corruptState('a piece of it changed');
  return frame;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Copies of at most `PIECE_BYTES`. */
function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield new Uint8Array(part.subarray(at, at + PIECE_BYTES));
  }
}
