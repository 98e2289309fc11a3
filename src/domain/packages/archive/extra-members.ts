import { concatBytes } from '../../bytes/index.ts';
import { arFiller, arHead } from './ar.ts';

/**
 * A package may have parts beside Debian's own (deb(5): members after data.tar are passed over). This one says what setting it up
 * leaves on a new machine: the files that its scripts made, as a tar.
 */
export const EFFECTS_MEMBER = '_effects.tar';

/** This one lists what is in its data part, for who does not want to unpack that only to know: see `FileList`. */
export const LIST_MEMBER = '_files.json';

/**
 * What stands before and after a part that is written behind a package as it was published, or behind such a part.
 * @param size of what is before it, in bytes
 * @param content its own bytes
 */
export function aroundMember(
  name: string,
  size: number,
  content: number,
): { readonly before: Uint8Array<ArrayBuffer>; readonly after: Uint8Array<ArrayBuffer> } {
  return { before: concatBytes([arFiller(size), arHead(name, content)]), after: arFiller(content) };
}
