/** zstd (RFC 8878), one frame at a time, synchronous once made. */
export interface Compression {
  /** One frame with its content size. */
  compress(bytes: Uint8Array, level: number): Uint8Array<ArrayBuffer>;
  /**
   * The content of one frame.
   * @param limit most bytes that it may hold; a frame that claims or holds more is refused. One that does not say how much
   * it holds takes that much memory
   * @throws AppError `format/invalid`
   */
  decompress(frame: Uint8Array, limit: number): Uint8Array<ArrayBuffer>;
}
