import { bytesOfString, concatBytes } from '../../bytes/index.ts';
import { AppError } from '../../errors/index.ts';
import { withAutomatic } from '../extended-states.ts';
import type { PackageEntry } from '../package-entry.ts';
import { parseIndex } from '../package-index.ts';
import { resolve, type Explanation, type Plan } from '../resolve/index.ts';
import { isWritten, knownNames, parseUnpackRules, type UnpackTexts } from '../direct/index.ts';
import { parseStatus, type Status } from '../status.ts';
import type { DebFacts } from '../deb-facts.ts';
import { areApart, placesInShort, type Places } from './direct-conditions.ts';
import { findFileConflicts, parseFileLists, type FileConflict, type Incoming } from './file-conflicts.ts';
import { chooseMethods, type InstallMethod } from './methods.ts';

/** What a machine says of its packages. */
export interface MachinePackages {
  /** Its `/var/lib/dpkg/status`. */
  readonly status: Uint8Array;
  /** Its `/var/lib/dpkg/info/*.list`, each with its name before it, as `tail` writes them. */
  readonly lists: string;
  readonly unpacking: UnpackTexts;
  /** Its `/var/lib/apt/extended_states`; empty where there is none. */
  readonly extendedStates: string;
  /** Bytes that its disk has room for. */
  readonly freeBytes: number;
}

/** How given packages come onto a machine, and what stands in their way. */
export interface Proposal {
  readonly kind: 'proposal';
  /** `file.path` of a package says which of the given ones it is: its number, from 0. */
  readonly plan: Plan;
  /** Files that would have two owners. dpkg would refuse them. */
  readonly conflicts: readonly FileConflict[];
  /** How each package comes onto the machine, by name. */
  readonly methods: ReadonlyMap<string, InstallMethod>;
  /** What a method other than dpkg's takes for granted. */
  readonly conditions: DirectConditions;
  /** What `extendedStates` becomes: apt may let go of packages that came only because others need them. */
  readonly extendedStates: string;
  /** Bytes that the machine's disk has room for, and that the packages take with what dpkg needs beside them. */
  readonly room: { readonly free: number; readonly needed: number };
}

/** Whether the machine's disk has room for what a proposal puts there. */
export function hasRoom({ room }: Pick<Proposal, 'room'>): boolean {
  return room.needed <= room.free;
}

/** What has to be so on a machine when packages are written without its dpkg. */
export interface DirectConditions {
  readonly unpacking: UnpackTexts;
  readonly places: Places;
  /** What is looked at first: `placesInShort`. */
  readonly inShort: Places;
  /** Whether the packages may be written in any order. */
  readonly isAnyOrder: boolean;
}

/** Bytes that have to stay free: dpkg's database is written anew, scripts make files. */
const SPARE = 8 * 1024 * 1024;

const DEFAULT_ARCHITECTURE = 'i386';

/**
 * Says how a machine gets the given packages, or why it cannot.
 * @param names of the packages that are wanted, where the others are only for what these need; all by default
 * @throws AppError `archive/damaged`, `packages/wrong-architecture`, `format/invalid`
 */
export function proposeInstall(
  given: readonly DebFacts[],
  machine: MachinePackages,
  names?: readonly string[],
): Proposal | Explanation {
  const status = parseStatus(machine.status);
  const entries = given.map(entryOf);
  for (const entry of entries) checkArchitecture(entry, status);
  const index = parseIndex(
    concatBytes(given.flatMap(({ control }, i) => [trimmed(control), bytesOfString(`\nFilename: ${i}\n\n`)])),
  );
  const wanted = names ?? entries.map(({ name, version }) => `${name}=${version}`);
  const plan = resolve({ index, status, wanted });
  if (plan.kind === 'impossible') return plan;
  return {
    kind: 'proposal',
    plan,
    conflicts: conflictsOf(plan, given, { status, lists: machine.lists }),
    ...methodsOf(plan, given, machine),
    extendedStates: markedOf(plan, machine.extendedStates, status),
    room: { free: machine.freeBytes, needed: Math.max(0, plan.installedBytes) + SPARE },
  };
}

function methodsOf(
  plan: Plan,
  given: readonly DebFacts[],
  machine: MachinePackages,
): Pick<Proposal, 'methods' | 'conditions'> {
  const files = new Map(plan.packages.map(({ name, file }) => [name, given[Number(file.path)]]));
  const rules = parseUnpackRules(machine.unpacking);
  const methods = chooseMethods(plan, (name) => files.get(name), knownNames(machine.status), rules);
  const written = [...files].flatMap(([name, facts]) => (facts && methods.get(name) !== 'dpkg' ? [facts] : []));
  const configured = written.filter(({ name }) => methods.get(name) === 'configured');
  const places = {
    absent: configured.flatMap((facts) => [...facts.conffiles, ...effectsOf(facts)]),
    noFolders: written.flatMap(({ links }) => links),
  };
  const inShort = placesInShort(places, parseFileLists(machine.lists));
  const isAnyOrder = areApart(
    written.map((facts) => ({ paths: [...facts.paths, ...effectsOf(facts)], folders: facts.folders })),
  );
  return { methods, conditions: { unpacking: machine.unpacking, places, inShort, isAnyOrder } };
}

/** Paths of what setting a package up leaves that are not added to: those files are everyone's. */
function effectsOf({ effects }: DebFacts): readonly string[] {
  return effects.filter((path) => isWritten(path.slice(1)));
}

/** apt names the machine's own architecture for packages of all. A package that was there before is marked as it was. */
function markedOf(plan: Plan, text: string, status: Status): string {
  const own = status.architecture ?? DEFAULT_ARCHITECTURE;
  const named = (packages: Plan['packages']) =>
    packages.map(({ name, architecture }) => ({
      name: name.replace(/:.*$/, ''),
      architecture: architecture === 'all' ? own : architecture,
    }));
  const automatic = plan.packages.filter(({ isWanted, replaces }) => !isWanted && replaces === undefined);
  const wanted = plan.packages.filter(({ isWanted }) => isWanted);
  return withAutomatic(withAutomatic(text, named(automatic), true), named(wanted), false);
}

/** Its only stanza: one that had two would bring a package that is not there. */
function entryOf({ control }: DebFacts): PackageEntry {
  const index = parseIndex(control);
  const [name = ''] = index.names();
  const [entry, ...more] = index.versions(name);
  if (entry && more.length === 0 && index.size === 1) return entry;
  throw new AppError('archive/damaged', { what: 'The package', detail: 'its control file is not about one package' });
}

function checkArchitecture({ name, architecture }: PackageEntry, status: Status): void {
  const machine = status.architecture ?? DEFAULT_ARCHITECTURE;
  const isForeign = status.installed.some(({ entry }) => entry.architecture === architecture);
  if (architecture === 'all' || architecture === machine || isForeign) return;
  throw new AppError('packages/wrong-architecture', { name, architecture, machine });
}

interface Owned {
  readonly status: Status;
  readonly lists: string;
}

function conflictsOf(plan: Plan, given: readonly DebFacts[], { status, lists }: Owned): FileConflict[] {
  const incoming = plan.packages.flatMap(({ file }): Incoming[] => {
    const facts = given[Number(file.path)];
    return facts ? [{ entry: entryOf(facts), paths: facts.paths }] : [];
  });
  const gone = new Set([...plan.removed.map(({ name }) => name), ...incoming.map(({ entry }) => entry.name)]);
  const versions = new Map(status.installed.map(({ entry }) => [entry.name, entry.version]));
  return findFileConflicts(incoming, { owners: parseFileLists(lists), versions }, gone);
}

/** Without the ends of lines after it. */
function trimmed(control: Uint8Array): Uint8Array {
  const last = control.findLastIndex((byte) => byte !== 10 && byte !== 13);
  return control.subarray(0, last + 1);
}
