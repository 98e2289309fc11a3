import { writeAr } from './ar.ts';
import { EFFECTS_MEMBER } from './store-deb.ts';

/** How an ar archive begins; what is appended to one has no such beginning. */
const MAGIC_BYTES = 8;
const NEWLINE = 0x0a;

/**
 * What is written behind a package, as it was published, so that it has a part with its effects.
 * @param size of the package in bytes
 * @param effects a tar
 */
export function effectsMember(size: number, effects: Uint8Array): Uint8Array<ArrayBuffer> {
  const member = writeAr([{ name: EFFECTS_MEMBER, bytes: effects }]).slice(MAGIC_BYTES);
  // Members begin at even places.
  return size % 2 === 0 ? member : Uint8Array.of(NEWLINE, ...member);
}
