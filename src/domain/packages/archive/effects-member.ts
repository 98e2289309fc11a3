import { concatBytes } from '../../bytes/index.ts';
import { arFiller, arHead } from './ar.ts';

/**
 * A package may have a part beside Debian's own (deb(5): members after data.tar are passed over) that says what setting it up
 * leaves on a new machine: the files that its scripts made, as a tar.
 */
export const EFFECTS_MEMBER = '_effects.tar';

/**
 * What stands before and after effects that are written behind a package as it was published.
 * @param size of the package in bytes
 * @param effects bytes of the tar
 */
export function aroundEffects(
  size: number,
  effects: number,
): { readonly before: Uint8Array<ArrayBuffer>; readonly after: Uint8Array<ArrayBuffer> } {
  return { before: concatBytes([arFiller(size), arHead(EFFECTS_MEMBER, effects)]), after: arFiller(effects) };
}
