import type { Bytes } from '../wire.ts';

const FIRST_BYTES = 4096;

/**
 * Bytes of a stream between two positions in it, which both only grow. Takes memory for what it has held at once, up to its
 * limit rounded up to a power of two. Positions are bytes from the stream's beginning.
 */
export class Ring {
  #bytes: Bytes = new Uint8Array(0);
  /** What it holds: from here … */
  #begin = 0;
  /** … up to here, with gaps if its owner has left any. */
  #end = 0;

  /** Puts `bytes` to `position`, which is not before the beginning. */
  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (end - this.#begin > this.#bytes.length) this.#grow(end - this.#begin);
    this.#end = Math.max(this.#end, end);
    const at = position % this.#bytes.length;
    const first = Math.min(bytes.length, this.#bytes.length - at);
    if (first === bytes.length) return this.#bytes.set(bytes, at);
    this.#bytes.set(bytes.subarray(0, first), at);
    this.#bytes.set(bytes.subarray(first), 0);
  }

  /** What lies there; shares memory with the ring where it can, so it is good until the next call. */
  view(position: number, length: number): Uint8Array {
    const at = position % this.#bytes.length || 0;
    if (at + length <= this.#bytes.length) return this.#bytes.subarray(at, at + length);
    return this.copy(position, length);
  }

  /** What lies there, as bytes of their own. */
  copy(position: number, length: number): Bytes {
    const at = position % this.#bytes.length || 0;
    const first = this.#bytes.subarray(at, at + length);
    const copied = new Uint8Array(length);
    copied.set(first);
    if (first.length < length) copied.set(this.#bytes.subarray(0, length - first.length), first.length);
    return copied;
  }

  /** Forgets what lies before `position`. */
  release(position: number): void {
    this.#begin = position;
    this.#end = Math.max(this.#end, position);
  }

  /** Forgets everything, and takes no memory any more until it is written to. */
  clear(): void {
    this.#begin = this.#end;
    this.#bytes = new Uint8Array(0);
  }

  #grow(needed: number): void {
    let size = Math.max(this.#bytes.length, FIRST_BYTES);
    while (size < needed) size *= 2;
    const held = this.#end - this.#begin;
    const kept = this.copy(this.#begin, held);
    this.#bytes = new Uint8Array(size);
    this.#end = this.#begin;
    if (held > 0) this.write(this.#begin, kept);
  }
}
