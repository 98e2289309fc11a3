import { AppError } from '../../errors/index.ts';
import { cleanText } from '../../text/index.ts';
import type { TarHeader } from './tar-entry.ts';

/** Where an entry is to be written: paths from the root of what is unpacked, without links in them, '' for the root itself. */
export interface GuardedPath {
  readonly path: string;
  /** For a hard link: the path of its file, an earlier entry. */
  readonly linkPath?: string;
}

/** Links that are followed before it is a circle: as many as Linux follows. */
const MAX_LINKS = 40;

type Known = { readonly kind: 'folder' | 'other' } | { readonly kind: 'link'; readonly target: string };

/**
 * Follows the entries of one archive, and says where each may be written in a folder that was empty before. Refuses
 * names and links that lead out of it, also by way of links that came before.
 */
export class PathGuard {
  readonly #known = new Map<string, Known>([['', { kind: 'folder' }]]);

  /** Where the next entry belongs. @throws AppError `archive/escape`, `archive/damaged` */
  next(header: TarHeader): GuardedPath {
    const path = this.#locate(header.name, header.name);
    const isFolder = header.type === 'folder';
    this.#expectReplaceable(path, isFolder, header.name);
    if (header.type === 'hard-link') return { path, linkPath: this.#link(path, header) };
    if (header.type === 'symbolic-link') expectInside(path, header);
    this.#remember(path, knownOf(header));
    return { path };
  }

  #link(path: string, { name, linkName }: TarHeader): string {
    const linkPath = this.#locate(linkName, name);
    const target = this.#known.get(linkPath);
    if (!target || target.kind === 'folder' || linkPath === path)
      throw damaged(name, 'is a link to a file that does not come before it');
    this.#remember(path, target);
    return linkPath;
  }

  /** The path of a name, its folders' links followed. */
  #locate(name: string, of: string): string {
    if (name.startsWith('/')) throw escape(of, 'begins at the root of the system');
    if (name.includes('\0')) throw damaged(of, 'has a name that no file can have');
    const parts = partsOf(name);
    if (parts.includes('..')) throw escape(of, 'has “..” in its name');
    const last = parts.pop();
    const folder = this.#follow(parts, of);
    return last === undefined ? '' : [...folder, last].join('/');
  }

  #follow(parts: readonly string[], of: string): string[] {
    const path: string[] = [];
    const ahead = [...parts].reverse();
    for (let links = 0; ahead.length > 0;) {
      const part = ahead.pop() ?? '';
      if (part === '..' && path.pop() === undefined) throw escape(of, 'lies behind a link that leads out');
      if (part === '..') continue;
      path.push(part);
      const known = this.#known.get(path.join('/'));
      if (known?.kind === 'other') throw damaged(of, 'lies in what is not a folder');
      if (known?.kind !== 'link') continue;
      if (++links > MAX_LINKS) throw damaged(of, 'lies behind links that go round in circles');
      if (known.target.startsWith('/')) throw escape(of, 'lies behind a link that leads out');
      path.pop();
      ahead.push(...partsOf(known.target).reverse());
    }
    return path;
  }

  #expectReplaceable(path: string, isFolder: boolean, name: string): void {
    const before = this.#known.get(path);
    if (before && (before.kind === 'folder') !== isFolder) throw damaged(name, 'is a folder and something else, too');
  }

  #remember(path: string, known: Known): void {
    this.#known.set(path, known);
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (this.#known.has(folder)) return;
      this.#known.set(folder, { kind: 'folder' });
    }
  }
}

function knownOf({ type, linkName }: TarHeader): Known {
  if (type === 'symbolic-link') return { kind: 'link', target: linkName };
  return { kind: type === 'folder' ? 'folder' : 'other' };
}

/** Absolute links stay: on a system whose root this becomes, they lead nowhere else. Nothing is written through them. */
function expectInside(path: string, { name, linkName }: TarHeader): void {
  if (linkName === '' || linkName.includes('\0')) throw damaged(name, 'is a link to nothing');
  if (linkName.startsWith('/')) return;
  let depth = path.split('/').length - 1;
  for (const part of partsOf(linkName)) {
    depth += part === '..' ? -1 : 1;
    if (depth < 0) throw escape(name, 'is a link that leads out');
  }
}

function partsOf(name: string): string[] {
  return name.split('/').filter((part) => part !== '' && part !== '.');
}

function escape(path: string, detail: string): AppError {
  return new AppError('archive/escape', { path: cleanText(path), detail });
}

function damaged(path: string, detail: string): AppError {
  return new AppError('archive/damaged', { what: `“${cleanText(path)}”`, detail: `it ${detail}` });
}
