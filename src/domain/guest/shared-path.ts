import { AppError } from '../errors/index.ts';

/**
 * The parts of a path below the shared folder.
 * @throws AppError `file/bad-path` for an empty path, `.`, `..`, a NUL byte or a name over 255 characters
 */
export function sharedPathParts(path: string): readonly [string, ...string[]] {
  const [first, ...rest] = path.replace(/^\/+/, '').split('/');
  const bad = (name: string): boolean => ['', '.', '..'].includes(name) || name.includes('\0') || name.length > 255;
  if (first === undefined || [first, ...rest].some(bad)) throw new AppError('file/bad-path', { path });
  return [first, ...rest];
}
