import { scanStanzas, type FieldReader, type Scan } from './deb822/index.ts';
import { NameTable, type NamePlaces } from './name-table.ts';
import { PackageEntry } from './package-entry.ts';
import { parseRelations, type Relation } from './relation.ts';

const WHAT = 'The list of packages';
const [NEWLINE, SPACE, TAB] = [0x0a, 0x20, 0x09];
const utf8 = new TextDecoder('utf-8');

/** A package that stands in for others. */
export interface Provider {
  readonly entry: PackageEntry;
  /** What it provides: a name, perhaps with a version and an architecture. */
  readonly provides: Relation;
}

interface ProvidedBy {
  readonly id: number;
  readonly provides: Relation;
}

/** Everything that an archive's `Packages` files offer, by name. Entries are made when they are asked for. */
export class PackageIndex {
  readonly #lists: readonly List[];

  /** Use parseIndex. */
  constructor(lists: readonly List[]) {
    this.#lists = lists;
  }

  /** How many packages there are, versions of the same one counted each. */
  get size(): number {
    return this.#lists.reduce((sum, list) => sum + list.size, 0);
  }

  /** All versions of a package, of every architecture, in the order of the lists. @throws AppError format/invalid */
  versions(name: string): readonly PackageEntry[] {
    return this.#lists.flatMap((list) => list.versions(name));
  }

  /** The packages that provide a name, in the order of the lists. @throws AppError format/invalid */
  providers(name: string): readonly Provider[] {
    return this.#lists.flatMap((list) => list.providers(name));
  }

  /** Names of real packages, in the order of the lists. */
  names(): ReadonlySet<string> {
    return new Set(this.#lists.flatMap((list) => [...list.names()]));
  }
}

/**
 * Reads `Packages` files: those of a release, of its updates and so on. Only where the stanzas are, their names and what
 * they provide is looked at; the rest waits in the bytes, which are kept.
 * @param files each whole, uncompressed; see concatBytes for one that came in pieces
 * @throws AppError format/invalid with `line`
 */
export function parseIndex(...files: readonly Uint8Array[]): PackageIndex {
  return new PackageIndex(files.map((bytes) => new List(bytes)));
}

class List {
  readonly #bytes: Uint8Array;
  readonly #scan: Scan;
  readonly #names: NameTable;
  readonly #providers = new Map<string, ProvidedBy[]>();
  readonly #entries = new Map<number, PackageEntry>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const places: NamePlaces = { starts: [], ends: [] };
    const provides: (readonly [id: number, start: number])[] = [];
    const readers: Record<string, FieldReader> = {
      Package: (id, start, end) => {
        places.starts[id] = start;
        places.ends[id] = end;
      },
      Provides: (id, start) => void provides.push([id, start]),
    };
    this.#scan = scanStanzas(bytes, { what: WHAT }, readers);
    this.#names = new NameTable(bytes, places, this.#scan.starts.length);
    for (const [id, start] of provides) this.#readProvides(id, start);
  }

  get size(): number {
    return this.#scan.starts.length;
  }

  names(): Iterable<string> {
    return this.#names.names();
  }

  versions(name: string): readonly PackageEntry[] {
    return this.#names.find(name).map((id) => this.#entry(id));
  }

  providers(name: string): readonly Provider[] {
    return (this.#providers.get(name) ?? []).map(({ id, provides }) => ({ entry: this.#entry(id), provides }));
  }

  #readProvides(id: number, start: number): void {
    const text = utf8.decode(this.#bytes.subarray(start, valueEnd(this.#bytes, start)));
    const what = `${WHAT} (Provides of the package in line ${this.#scan.lines[id]})`;
    for (const [provides] of parseRelations(text, { what, kind: 'provides' }))
      if (provides) append(this.#providers, provides.name, { id, provides });
  }

  #entry(id: number): PackageEntry {
    const known = this.#entries.get(id);
    if (known) return known;
    const { starts, ends, lines } = this.#scan;
    const place = { start: starts[id] ?? 0, end: ends[id] ?? 0, line: lines[id] ?? 0 };
    const entry = new PackageEntry({ what: WHAT, bytes: this.#bytes, ...place });
    this.#entries.set(id, entry);
    return entry;
  }
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Where the last line of a value ends: lines after the first begin with a blank. */
function valueEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at++) {
    at = bytes.indexOf(NEWLINE, at);
    if (at === -1) return bytes.length;
    if (bytes[at + 1] !== SPACE && bytes[at + 1] !== TAB) return at;
  }
}
