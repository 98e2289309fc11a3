interface PathFilter {
  readonly isInclude: boolean;
  readonly matches: RegExp;
  /** What all paths begin with that it matches, without a slash at the end. */
  readonly literal: string;
}

/** Which files of packages a machine wants at all: `path-exclude` and `path-include` of dpkg(1). The last that fits decides. */
export class PathFilters {
  readonly #filters: readonly PathFilter[];

  /** @param config dpkg.cfg and the files of dpkg.cfg.d, one after the other */
  constructor(config: string) {
    this.#filters = [...config.matchAll(/^[ \t]*path-(exclude|include)(?:[ \t]*=[ \t]*|[ \t]+)(\S.*?)[ \t]*$/gm)].map(
      ([, action, pattern = '']) => makeFilter(action === 'include', pattern),
    );
  }

  /**
   * @param path absolute
   * @param mayHold whether others may lie below it: a folder, or a link that may lead to one
   */
  keeps(path: string, mayHold: boolean): boolean {
    const last = this.#filters.findLast(({ matches }) => matches.test(path));
    if (!last || last.isInclude) return true;
    return mayHold && this.#filters.some(({ isInclude, literal }) => isInclude && path.startsWith(literal));
  }
}

function makeFilter(isInclude: boolean, pattern: string): PathFilter {
  const [literal = ''] = pattern.split(/[*?[\\]/, 1);
  return { isInclude, matches: globToRegExp(pattern), literal: literal.replace(/\/+$/, '') };
}

/** As fnmatch(3) without flags: wildcards match slashes, too. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\\(.)|\[(!?)(\]?[^\]]*)\]|[*?]|[.+^${}()|\]\\/]/gs, (all, escaped, not, set) => {
    if (escaped !== undefined) return escapeCharacter(String(escaped));
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${String(set).replaceAll(/[\\\]^[]/g, '\\$&')}]`;
    if (all === '*') return '.*';
    return all === '?' ? '.' : escapeCharacter(all);
  });
  return new RegExp(`^${source}$`, 's');
}

function escapeCharacter(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
