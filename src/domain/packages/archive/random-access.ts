/** A file of which any part can be read without the rest: a `Blob` is one. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** @param start of the part, from 0 @param end the byte after it; beyond the file's end there is nothing */
  slice(start: number, end: number): RandomAccess;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Bytes that are held at a time. */
const PIECE_BYTES = 1024 * 1024;

/** A part of a file, read as it is asked for. */
export async function* partOf(file: RandomAccess, start: number, end: number): AsyncGenerator<Uint8Array, void> {
  for (let at = start; at < end; at += PIECE_BYTES)
    yield new Uint8Array(await file.slice(at, Math.min(at + PIECE_BYTES, end)).arrayBuffer());
}
