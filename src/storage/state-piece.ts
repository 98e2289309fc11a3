import { AppError } from '#domain/errors/index.ts';
import type { Compression } from '#ports/compression.ts';

/**
 * The content of a piece of a saved state.
 * @param most bytes that it may have
 * @throws AppError `state/corrupt`
 */
export function unpackPiece(
  frame: Uint8Array<ArrayBuffer>,
  most: number,
  compression: Compression,
): Uint8Array<ArrayBuffer> {
  try {
    return compression.decompress(frame, most);
  } catch (cause) {
    throw corruptState('a piece of it is damaged', cause);
  }
}

/** A saved state that is not as it was written. */
export function corruptState(detail: string, cause?: unknown): AppError {
  return new AppError('state/corrupt', { detail }, { cause });
}
