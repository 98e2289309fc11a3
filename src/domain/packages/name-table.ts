const [SPACE, TAB, RETURN] = [0x20, 0x09, 0x0d];
const NONE = -1;

/** Where each stanza's name is in the bytes, blanks around it included; by the stanza's number. */
export interface NamePlaces {
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * Stanzas by the name of their package, found by a hash of bytes: no text is made of names that nobody asks for, which is
 * most of the time that a map of 62,000 texts would take.
 */
export class NameTable {
  readonly #bytes: Uint8Array;
  readonly #places: NamePlaces;
  readonly #heads: Int32Array;
  /** The next stanza whose name has the same place in the table. */
  readonly #next: Int32Array;

  constructor(bytes: Uint8Array, places: NamePlaces, count: number) {
    this.#bytes = bytes;
    this.#places = places;
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 2))).fill(NONE);
    this.#next = new Int32Array(count).fill(NONE);
    // From the last to the first, so that each chain is in the order of the file.
    for (let id = count - 1; id >= 0; id--) if (places.starts[id] !== undefined) this.#add(id);
  }

  #add(id: number): void {
    const { starts, ends } = this.#places;
    let [start, end] = [starts[id] ?? 0, ends[id] ?? 0];
    while (start < end && isBlank(this.#bytes[start])) start++;
    while (end > start && isBlank(this.#bytes[end - 1])) end--;
    [starts[id], ends[id]] = [start, end];
    let hash = 0;
    for (let at = start; at < end; at++) hash = step(hash, this.#bytes[at] ?? 0);
    const place = hash & (this.#heads.length - 1);
    this.#next[id] = this.#heads[place] ?? NONE;
    this.#heads[place] = id;
  }

  /** Numbers of the stanzas of this name, in order. */
  find(name: string): number[] {
    let hash = 0;
    for (let at = 0; at < name.length; at++) hash = step(hash, name.charCodeAt(at));
    const found: number[] = [];
    for (let id = this.#heads[hash & (this.#heads.length - 1)] ?? NONE; id !== NONE; id = this.#next[id] ?? NONE)
      if (this.#isNamed(id, name)) found.push(id);
    return found;
  }

  /** All names, as often as they are there. */
  *names(): Generator<string> {
    for (const [id, start] of this.#places.starts.entries())
      if (start !== undefined) yield String.fromCharCode(...this.#bytes.subarray(start, this.#places.ends[id]));
  }

  #isNamed(id: number, name: string): boolean {
    const start = this.#places.starts[id] ?? 0;
    if ((this.#places.ends[id] ?? 0) - start !== name.length) return false;
    for (let at = 0; at < name.length; at++) if (this.#bytes[start + at] !== name.charCodeAt(at)) return false;
    return true;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}

function step(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}
