import type { InstalledPackage, Status } from '../status.ts';
import type { PackageEntry } from '../package-entry.ts';
import type { PackageIndex } from '../package-index.ts';
import { fitsVersion, type Relation } from '../relation.ts';
import { compareVersions } from '../version.ts';

/** A package for one architecture: at most one version of it can be on a machine. */
export interface Slot {
  readonly name: string;
  /** Never `all`: such packages belong to the machine's own architecture. */
  readonly architecture: string;
  /** Newest first; none older than the installed one. */
  readonly candidates: readonly Candidate[];
  readonly installed: Candidate | undefined;
  readonly isHeld: boolean;
  /** Name for a person and for dpkg: with the architecture unless it is the machine's own. */
  readonly label: string;
}

/** A version of a package that a machine has or could have. */
export interface Candidate {
  /** Its variable for the solver, positive. */
  readonly variable: number;
  readonly entry: PackageEntry;
  readonly slot: Slot;
  readonly isInstalled: boolean;
}

/** What can be on a machine. */
export interface World {
  readonly index: PackageIndex;
  readonly status: Status;
  /** The machine's own architecture. */
  readonly architecture: string;
  /** Others whose packages it takes too, best first. */
  readonly foreign: readonly string[];
}

/** A package or what it provides, as a relation may ask for it. */
interface Offer {
  readonly candidate: Candidate;
  readonly version: string | undefined;
  /** The architecture that it provides for, where it names one. */
  readonly qualifier: string | undefined;
}

/** Versions of packages, found as they are needed: an index has many that a plan never comes across. */
export class Universe {
  readonly architecture: string;
  readonly #world: World;
  readonly #newVariable: () => number;
  readonly #onNewSlots: (slots: readonly Slot[]) => void;
  readonly #slots = new Map<string, readonly Slot[]>();
  readonly #byEntry = new Map<PackageEntry, Candidate>();
  readonly #byVariable = new Map<number, Candidate>();
  readonly #installed = new Map<string, InstalledPackage[]>();
  readonly #installedProviders = new Map<string, PackageEntry[]>();

  /** @param onNewSlots is told of all the slots of a name when it is first come across */
  constructor(world: World, newVariable: () => number, onNewSlots: (slots: readonly Slot[]) => void) {
    this.architecture = world.architecture;
    this.#world = world;
    this.#newVariable = newVariable;
    this.#onNewSlots = onNewSlots;
    for (const each of world.status.installed) {
      append(this.#installed, each.entry.name, each);
      for (const [provided] of each.entry.relations('Provides'))
        if (provided) append(this.#installedProviders, provided.name, each.entry);
    }
  }

  /** The slot of each installed package. */
  installedSlots(): readonly Slot[] {
    return [...this.#installed.keys()].flatMap((name) => this.slots(name)).filter(({ installed }) => installed);
  }

  /** The slots of a name, that of the machine's own architecture first. */
  slots(name: string): readonly Slot[] {
    const known = this.#slots.get(name);
    if (known) return known;
    const slots = this.#makeSlots(name);
    this.#slots.set(name, slots);
    if (slots.length > 0) this.#onNewSlots(slots);
    return slots;
  }

  candidateOf(variable: number): Candidate | undefined {
    return this.#byVariable.get(variable);
  }

  #makeSlots(name: string): readonly Slot[] {
    const installed = this.#installed.get(name) ?? [];
    const entries = this.#world.index.versions(name);
    return [this.#world.architecture, ...this.#world.foreign].flatMap((architecture) => {
      const here = (entry: PackageEntry): boolean => this.#architectureOf(entry) === architecture;
      const mine = installed.find(({ entry }) => here(entry));
      const slot = this.#makeSlot(name, architecture, mine, entries.filter(here));
      return slot.candidates.length > 0 ? [slot] : [];
    });
  }

  #makeSlot(
    name: string,
    architecture: string,
    installed: InstalledPackage | undefined,
    offered: readonly PackageEntry[],
  ): Slot {
    const current = installed?.entry;
    const newer = current ? offered.filter(({ version }) => compareVersions(version, current.version) > 0) : offered;
    const entries = firstOfEach([...(current ? [current] : []), ...newer]);
    const candidates: Candidate[] = [];
    const label = architecture === this.architecture ? name : `${name}:${architecture}`;
    const make = (entry: PackageEntry): Candidate => {
      const candidate = { variable: this.#newVariable(), entry, slot, isInstalled: entry === current };
      this.#byVariable.set(candidate.variable, candidate);
      this.#byEntry.set(entry, candidate);
      candidates.push(candidate);
      return candidate;
    };
    const slot: Slot = {
      name,
      architecture,
      label,
      candidates,
      isHeld: installed?.isHeld ?? false,
      get installed() {
        return candidates.find(({ isInstalled }) => isInstalled);
      },
    };
    entries.toSorted((a, b) => compareVersions(b.version, a.version)).forEach(make);
    return slot;
  }

  #architectureOf({ architecture }: PackageEntry): string {
    return architecture === 'all' ? this.architecture : architecture;
  }

  /**
   * What fulfils one alternative of a dependency: the package of that name before those that provide it.
   * @param architecture of the package that has the dependency
   */
  satisfying(relation: Relation, architecture: string): Candidate[] {
    const offers = this.#offers(relation.name).filter(
      (offer) => hasVersion(offer, relation.version) && this.#fitsFor(offer, relation, architecture),
    );
    return [...new Set(offers.map(({ candidate }) => candidate))];
  }

  /** What a Conflicts or Breaks is against; never the package itself, under whatever name (Policy 7.4). */
  hit(relation: Relation, from: Slot): Candidate[] {
    const offers = this.#offers(relation.name).filter((offer) => this.#isHit(offer, relation, from));
    return [...new Set(offers.map(({ candidate }) => candidate))];
  }

  /** Whether a Conflicts or Breaks is against this candidate. */
  hits(relation: Relation, from: Slot, { entry }: Candidate): boolean {
    const real = entry.name === relation.name ? this.#realOffers(entry.name) : [];
    const offers = [...real, ...this.#offersOf(entry, relation.name)];
    return offers.some((offer) => offer.candidate.entry === entry && this.#isHit(offer, relation, from));
  }

  #isHit(offer: Offer, { version, qualifier = 'any' }: Relation, from: Slot): boolean {
    const { slot } = offer.candidate;
    if (slot.name === from.name || !hasVersion(offer, version)) return false;
    return qualifier === 'any' || this.#named(qualifier) === slot.architecture;
  }

  #fitsFor({ candidate, qualifier }: Offer, relation: Relation, architecture: string): boolean {
    const { multiArch } = candidate.entry;
    if (relation.qualifier === 'any') return multiArch === 'allowed' || multiArch === 'foreign';
    const wanted = relation.qualifier === undefined ? architecture : this.#named(relation.qualifier);
    if (candidate.slot.architecture === wanted || qualifier === wanted) return true;
    return relation.qualifier === undefined && multiArch === 'foreign';
  }

  #named(qualifier: string): string {
    return qualifier === 'native' ? this.architecture : qualifier;
  }

  #offers(name: string): Offer[] {
    const providers = this.#providers(name).toSorted((a, b) => comparePreference(a.candidate, b.candidate));
    return [...this.#realOffers(name), ...providers];
  }

  #realOffers(name: string): Offer[] {
    return this.slots(name).flatMap(({ candidates }) =>
      candidates.map((candidate) => ({ candidate, version: candidate.entry.version, qualifier: undefined })),
    );
  }

  /** Those that the index names last come first, as with apt. */
  #providers(name: string): Offer[] {
    const entries = [
      ...(this.#installedProviders.get(name) ?? []),
      ...this.#world.index.providers(name).map(({ entry }) => entry),
    ];
    return [...new Set(entries)].toReversed().flatMap((entry) => this.#offersOf(entry, name));
  }

  #offersOf(entry: PackageEntry, name: string): Offer[] {
    this.slots(entry.name);
    const candidate = this.#byEntry.get(entry);
    if (!candidate) return [];
    return entry
      .relations('Provides')
      .flat()
      .filter((provided) => provided.name === name)
      .map(({ version, qualifier }) => ({ candidate, version: version?.version, qualifier }));
  }
}

/** What is provided without a version fulfils only relations without one (Policy 7.5). */
function hasVersion({ version }: Offer, wanted: Relation['version']): boolean {
  return wanted === undefined || (version !== undefined && fitsVersion(version, wanted));
}

/** Without those whose version another one has. */
function firstOfEach(entries: readonly PackageEntry[]): PackageEntry[] {
  const versions = new Set<string>();
  return entries.filter(({ version }) => versions.size < versions.add(version).size);
}

/** Which of two providers is better, as apt has it: what is there, essential ones, ones of higher priority. */
function comparePreference(a: Candidate, b: Candidate): number {
  const installed = (each: Candidate): number => (each.slot.installed ? 0 : 1);
  const essential = ({ entry }: Candidate): number => (entry.isEssential ? 0 : entry.isProtected ? 1 : 2);
  return installed(a) - installed(b) || essential(a) - essential(b) || a.entry.priority - b.entry.priority;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
