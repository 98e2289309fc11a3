import { Ring } from './ring.ts';

/** Bytes that were given to be sent and are not acknowledged yet. */
export class SendBuffer {
  readonly #ring = new Ring();
  readonly #limit: number;
  /** Position of the first byte that is not acknowledged, and after the last one. */
  #begin = 0;
  #end = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#end - this.#begin;
  }

  /** Takes a copy of as many bytes as there is room for, and returns how many. */
  append(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#limit - this.length);
    if (taken > 0) this.#ring.write(this.#end, bytes.subarray(0, taken));
    this.#end += taken;
    return taken;
  }

  /** Bytes from `offset` on, counted from the first that is not acknowledged; good until the next call. */
  peek(offset: number, length: number): Uint8Array {
    return this.#ring.view(this.#begin + offset, length);
  }

  /** The first `count` bytes have arrived. */
  release(count: number): void {
    this.#begin += count;
    this.#ring.release(this.#begin);
  }

  clear(): void {
    this.#begin = this.#end;
    this.#ring.clear();
  }
}
