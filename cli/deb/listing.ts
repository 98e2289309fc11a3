import { encodeName, type TarEntry, type TarEntryType } from '#domain/packages/archive/index.ts';

/** The first letter of a line: what GNU tar shows. */
const TYPE_LETTERS: Readonly<Record<TarEntryType, string>> = {
  file: '-',
  folder: 'd',
  'symbolic-link': 'l',
  'hard-link': 'h',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
};

/** Columns that owner and size take together, until an entry needs more; tar leaves it there for those that follow. */
const OWNER_AND_SIZE = 19;

export interface ListingOptions {
  /** Whether the terminal shows characters beyond ASCII; they are written as octal numbers otherwise. */
  readonly unicode: boolean;
}

/** Lines as `tar -tv`, and with it `dpkg-deb -c`, writes them. */
export class Listing {
  readonly #options: ListingOptions;
  #width = OWNER_AND_SIZE;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  line(entry: TarEntry): string {
    const owner = `${entry.uname || entry.uid}/${entry.gname || entry.gid}`;
    const size = isDevice(entry) ? `${entry.major},${entry.minor}` : String(entry.size);
    this.#width = Math.max(this.#width, owner.length + 1 + size.length);
    const ownerAndSize = `${owner} ${size.padStart(this.#width - owner.length - 1)}`;
    const mode = TYPE_LETTERS[entry.type] + modeLetters(entry.mode);
    return `${mode} ${ownerAndSize} ${localTime(entry.mtime)} ${this.#name(entry.name)}${this.#target(entry)}`;
  }

  #target({ type, linkName }: TarEntry): string {
    if (type === 'symbolic-link') return ` -> ${this.#name(linkName)}`;
    return type === 'hard-link' ? ` link to ${this.#name(linkName)}` : '';
  }

  #name(name: string): string {
    return Array.from(name, (character) => this.#escape(character)).join('');
  }

  #escape(character: string): string {
    const known = ESCAPES.get(character);
    if (known !== undefined) return known;
    const isShown = this.#options.unicode ? !/[\p{C}\p{Zl}\p{Zp}]/u.test(character) : /[ -~]/.test(character);
    if (isShown) return character;
    return [...encodeName(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  }
}

/** As C writes them. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function isDevice({ type }: TarEntry): boolean {
  return type === 'character-device' || type === 'block-device';
}

/** `rwxr-sr-t`: three for user, group and others; set-user-id, set-group-id and the sticky bit stand in the place of x. */
function modeLetters(mode: number): string {
  const special = ['s', 's', 't'];
  return [6, 3, 0]
    .map((shift, who) => {
      const bits = (mode >> shift) & 7;
      const isSpecial = (mode & (0o4000 >> who)) !== 0;
      const letter = isSpecial ? (special[who] ?? '') : 'x';
      const last = (bits & 1) === 1 ? letter : isSpecial ? letter.toUpperCase() : '-';
      return (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + last;
    })
    .join('');
}

/** `2026-11-27 01:02` in this machine's time zone. */
function localTime(seconds: number): string {
  const time = new Date(Math.floor(seconds) * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
