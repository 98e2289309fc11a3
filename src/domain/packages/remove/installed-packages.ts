import { appendTo } from '../append-to.ts';
import { parseExtendedStates } from '../extended-states.ts';
import type { PackageEntry, RelationField } from '../package-entry.ts';
import { fitsVersion, type Relation } from '../relation.ts';
import { parseStatus, type Status } from '../status.ts';

/** What a machine says of the packages that it has. */
export interface InstalledState {
  /** Its `/var/lib/dpkg/status`. */
  readonly status: Uint8Array;
  /** Its `/var/lib/apt/extended_states`; empty where there is none. */
  readonly extendedStates: string;
  /** Names of the packages that its container came with: they are nobody's leftovers. */
  readonly container: ReadonlySet<string>;
}

/** What a package cannot be without. */
const NEEDED: readonly RelationField[] = ['Pre-Depends', 'Depends'];
/** What keeps a package wanted, as with apt: also what it is only recommended by. */
const KEEPING: readonly RelationField[] = [...NEEDED, 'Recommends'];

/** The packages of a machine, and what each needs of the others. */
export class InstalledPackages {
  readonly status: Status;
  readonly entries: readonly PackageEntry[];
  readonly #container: ReadonlySet<string>;
  readonly #automatic: ReadonlySet<string>;
  readonly #byName = new Map<string, PackageEntry[]>();
  readonly #providers = new Map<string, { readonly entry: PackageEntry; readonly provides: Relation }[]>();

  /** @throws AppError `format/invalid` */
  constructor({ status, extendedStates, container }: InstalledState) {
    this.status = parseStatus(status);
    this.entries = this.status.installed.map(({ entry }) => entry);
    this.#container = container;
    this.#automatic = parseExtendedStates(extendedStates);
    for (const entry of this.entries) {
      appendTo(this.#byName, entry.name, entry);
      for (const [provides] of entry.relations('Provides'))
        if (provides) appendTo(this.#providers, provides.name, { entry, provides });
    }
  }

  /** As dpkg calls it: with the architecture where that is not the machine's own. */
  label({ name, architecture }: PackageEntry): string {
    return architecture === 'all' || architecture === this.status.architecture ? name : `${name}:${architecture}`;
  }

  /** Whether it came with the machine's container. */
  isOfContainer({ name }: PackageEntry): boolean {
    return this.#container.has(name);
  }

  /** Whether it is there only because others need it. */
  isAutomatic({ name, architecture }: PackageEntry): boolean {
    const own = architecture === 'all' ? (this.status.architecture ?? '') : architecture;
    return this.#automatic.has(`${name}:${own}`);
  }

  isHeld(entry: PackageEntry): boolean {
    return this.status.installed.some((each) => each.entry === entry && each.isHeld);
  }

  /** Those whose needs would be met no longer without these, and without one another. What lacks something already is let be. */
  dependents(leaving: ReadonlySet<PackageEntry>): ReadonlySet<PackageEntry> {
    const gone = new Set(leaving);
    const isBroken = (entry: PackageEntry): boolean =>
      NEEDED.flatMap((field) => entry.relations(field)).some((alternatives) => {
        const met = alternatives.flatMap((relation) => this.#satisfying(relation));
        return met.length > 0 && met.every((each) => gone.has(each));
      });
    for (let before = -1; before !== gone.size;) {
      before = gone.size;
      for (const entry of this.entries) if (!gone.has(entry) && isBroken(entry)) gone.add(entry);
    }
    return new Set([...gone].filter((entry) => !leaving.has(entry)));
  }

  /** All that these keep on the machine, with themselves. */
  keptBy(entries: Iterable<PackageEntry>): ReadonlySet<PackageEntry> {
    const kept = new Set(entries);
    // A set's iterator comes to what is added meanwhile.
    for (const entry of kept) for (const needed of this.#needed(entry)) kept.add(needed);
    return kept;
  }

  /** Any package that satisfies an alternative counts: better one too many than one too few. */
  #needed(entry: PackageEntry): PackageEntry[] {
    const relations = KEEPING.flatMap((field) => entry.relations(field)).flat();
    return relations.flatMap((relation) => this.#satisfying(relation));
  }

  #satisfying({ name, version }: Relation): PackageEntry[] {
    const real = (this.#byName.get(name) ?? []).filter((entry) => fitsVersion(entry.version, version));
    const providers = (this.#providers.get(name) ?? []).filter(
      ({ provides }) => !version || (provides.version && fitsVersion(provides.version.version, version)),
    );
    return [...real, ...providers.map(({ entry }) => entry)];
  }
}
