/** Takes a stream apart into runs of known length, holding no more than a run and a piece in memory. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; fewer where the stream ends. */
  async take(length: number): Promise<Uint8Array> {
    const taken: Uint8Array[] = [];
    let missing = length;
    while (missing > 0 && (await this.#fill())) {
      const part = this.#piece.subarray(0, missing);
      this.#piece = this.#piece.subarray(part.length);
      missing -= part.length;
      taken.push(part);
    }
    return taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
  }

  /** Reads on to the end. */
  async drain(): Promise<void> {
    do this.#piece = new Uint8Array();
    while (await this.#fill());
  }

  /** False at the end. */
  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      this.#piece = next.value;
    }
    return true;
  }
}
