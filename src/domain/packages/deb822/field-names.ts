/** The names of one stanza's fields, as places in a file: nothing is made for a field that nobody reads. */
export class FieldNames {
  readonly #bytes: Uint8Array;
  readonly #hashes: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Forgets them: the next stanza begins. */
  clear(): void {
    this.#count = 0;
  }

  /** @returns false for a name that is there, in whatever case */
  add(hash: number, start: number, end: number): boolean {
    for (let other = 0; other < this.#count; other++) {
      if (this.#hashes[other] === hash && this.#isSame(other, start, end)) return false;
    }
    const at = this.#count++;
    this.#hashes[at] = hash;
    this.#starts[at] = start;
    this.#ends[at] = end;
    return true;
  }

  #isSame(other: number, start: number, end: number): boolean {
    return this.textOf(this.#starts[other] ?? 0, this.#ends[other] ?? 0) === this.textOf(start, end);
  }

  /** The ASCII text there, in small letters. */
  textOf(start: number, end: number): string {
    return String.fromCharCode(...this.#bytes.subarray(start, end)).toLowerCase();
  }
}
