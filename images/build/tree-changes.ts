/** What a file is, by its path from the root. */
export type Listing = ReadonlyMap<string, Listed>;

interface Listed {
  readonly type: string;
  /** Mode, owners and target of a link: all but when. */
  readonly facts: string;
  /** When anything about it was changed last, and its size. */
  readonly change: string;
}

/** What dpkg keeps itself, logs, and caches that are made anew. */
const OTHERS =
  /^(?:var\/lib\/dpkg(?!\/alternatives\/)|var\/log\/(?:dpkg|alternatives)\.log$|var\/cache\/(?:debconf|ldconfig)(?:\/|$)|etc\/ld\.so\.cache$)/;

/** Reads what `rehearse.sh list` writes. */
export function parseListing(text: string): Listing {
  const fields = text.split('\0');
  const listing = new Map<string, Listed>();
  for (let at = 0; at + 8 <= fields.length; at += 8) {
    const [path = '', type = '', mode, user, group, size, change, target] = fields.slice(at, at + 8);
    if (!OTHERS.test(path))
      listing.set(path, { type, facts: [type, mode, user, group, target].join(' '), change: `${size} ${change}` });
  }
  return listing;
}

interface Owner {
  /** What the package has brought and made so far. */
  readonly own: ReadonlySet<string>;
  /** Its configuration files, which dpkg puts in place when it is set up. */
  readonly conffiles: ReadonlySet<string>;
  /** Whether dpkg was writing its files; what it writes is no effect. */
  readonly isUnpacking: boolean;
}

/**
 * What scripts of a package have made or changed between two listings.
 * @returns `isMore`: they have also changed, or removed, what is not the package's own
 */
export function effectsOf(before: Listing, after: Listing, owner: Owner): { made: string[]; isMore: boolean } {
  const made: string[] = [];
  let isMore = [...before.keys()].some((path) => !after.has(path) && !isOwn(path, owner));
  for (const [path, now] of after) {
    const was = before.get(path);
    const isMine = isOwn(path, owner);
    if ((was && !hasChanged(was, now)) || (owner.isUnpacking && isMine)) continue;
    if (was && !isMine) isMore = true;
    else if (!path.endsWith('.dpkg-new') && !owner.conffiles.has(path)) made.push(path);
  }
  return { made, isMore };
}

/** A folder is another when its own mode or owner is; what lies in it does not count. */
function hasChanged(was: Listed, now: Listed): boolean {
  return was.facts !== now.facts || (now.type !== 'd' && was.change !== now.change);
}

function isOwn(path: string, { own }: Owner): boolean {
  const plain = path.replace(/\.dpkg-new$/, '');
  return own.has(plain) || own.has(plain.replace(/^usr\//, '')) || own.has(`usr/${plain}`);
}
