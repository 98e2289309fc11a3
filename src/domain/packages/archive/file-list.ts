import * as v from 'valibot';
import { parseJson } from '../../container/index.ts';
import { AppError } from '../../errors/index.ts';
import { cleanText } from '../../text/index.ts';
import type { GuardedPath } from './path-guard.ts';
import { TAR_ENTRY_TYPES, type TarEntry } from './tar-entry.ts';

/** Something that a package puts on a machine: its path from the root, '' for the root itself, and what it is. */
export type ListedFile = Pick<GuardedPath & TarEntry, 'path' | 'type'>;

/** All that the data part of a package has, in its order. Taken on trust until that part is read: `expectListed`. */
export type FileList = readonly ListedFile[];

/** Bytes of such a list, as JSON: that of 500,000 files. */
const MOST_LIST_BYTES = 64 * 1024 * 1024;

const WHAT = 'The package’s list of files';

const FileListSchema = v.object({
  files: v.array(v.tuple([v.picklist(TAR_ENTRY_TYPES), v.pipe(v.string(), v.check(isPath, 'no path'))])),
});

/** A list as `LIST_MEMBER` has it. @throws AppError `archive/too-large` */
export function encodeFileList(list: FileList): Uint8Array<ArrayBuffer> {
  const written: v.InferInput<typeof FileListSchema> = { files: list.map(({ type, path }) => [type, path]) };
  const bytes = new TextEncoder().encode(JSON.stringify(written));
  expectShort(bytes.length);
  return bytes;
}

/** @throws AppError `format/invalid` */
export function decodeFileList(bytes: Uint8Array): FileList {
  const { files } = parseJson(FileListSchema, new TextDecoder().decode(bytes), WHAT);
  return files.map(([type, path]) => ({ type, path }));
}

/** @param size of a list in bytes @throws AppError `archive/too-large` */
export function expectShort(size: number): void {
  if (size > MOST_LIST_BYTES) throw new AppError('archive/too-large', { detail: 'the list of its files is too long' });
}

/** Compares what a list said with what was there. @throws AppError `archive/damaged` */
export function expectListed(list: FileList, found: FileList): void {
  const length = Math.max(list.length, found.length);
  for (let at = 0; at < length; at++) {
    const [said, is] = [list[at], found[at]];
    if (said?.path === is?.path && said?.type === is?.type) continue;
    const detail = `it has ${nameOf(said)} where the package has ${nameOf(is)}`;
    throw new AppError('archive/damaged', { what: WHAT, detail });
  }
}

function nameOf(file: ListedFile | undefined): string {
  return file ? `the ${file.type.replace('-', ' ')} “/${cleanText(file.path)}”` : 'nothing more';
}

/** As `PathGuard` makes them, and on one line, as dpkg's lists want it. */
function isPath(path: string): boolean {
  return path === '' || path.split('/').every((part) => /^[^\0\n]+$/.test(part) && part !== '.' && part !== '..');
}
