import {
  aroundMember,
  EFFECTS_MEMBER,
  encodeFileList,
  LIST_MEMBER,
  type FileList,
} from '#domain/packages/archive/index.ts';
import { surveyDeb } from '#domain/packages/install/index.ts';
import { unpack } from '#storage/index.ts';
import { inPieces } from './reading.ts';

/** A package with one more part behind it. */
export function withMember(deb: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const { before, after } = aroundMember(name, deb.length, content.length);
  return Buffer.concat([deb, before, content, after]);
}

/** A package that says what setting it up leaves: a tar. */
export function withEffects(deb: Uint8Array, effects: Uint8Array): Uint8Array {
  return withMember(deb, EFFECTS_MEMBER, effects);
}

/** A package that lists its files. @param change what is wrong with the list */
export async function withList(deb: Uint8Array, change: (list: FileList) => FileList = (list) => list) {
  const { data } = await surveyDeb(inPieces(deb), { decompress: unpack });
  return withMember(deb, LIST_MEMBER, encodeFileList(change(data)));
}
