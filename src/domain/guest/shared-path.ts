import { AppError } from '../errors/index.ts';

/** Most bytes of a file's name in UTF-8 (Linux: NAME_MAX). */
const MAX_NAME_BYTES = 255;

/**
 * The parts of a path below the shared folder.
 * @throws AppError `file/bad-path` for an empty path, `.`, `..`, a NUL byte or a name over 255 bytes
 */
export function sharedPathParts(path: string): readonly [string, ...string[]] {
  const [first, ...rest] = path.replace(/^\/+/, '').split('/');
  if (first === undefined || [first, ...rest].some(isBad)) throw new AppError('file/bad-path', { path });
  return [first, ...rest];
}

function isBad(name: string): boolean {
  return ['', '.', '..'].includes(name) || name.includes('\0') || utf8Length(name) > MAX_NAME_BYTES;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
