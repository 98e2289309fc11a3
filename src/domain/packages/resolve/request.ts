import type { PackageIndex } from '../package-index.ts';
import type { Status } from '../status.ts';
import { list } from './explain.ts';
import type { Problem } from './plan.ts';
import type { Candidate, Slot, Universe } from './universe.ts';

/** What a machine is to have, and to lose. */
export interface ResolveRequest {
  readonly index: PackageIndex;
  readonly status: Status;
  /** Packages: `name`, `name:architecture` or `name=version`. A virtual one that one package provides stands for it. */
  readonly wanted: readonly string[];
  /** Installed packages that go. Others that need them are not removed without being named, too. */
  readonly remove?: readonly string[];
  /** Whether what packages recommend comes along where it can. */
  readonly recommends?: boolean;
  /** The machine's architecture where its status does not tell; `i386` is. */
  readonly architecture?: string;
  /** Other architectures that its dpkg takes packages of; those of which it has some always count. */
  readonly foreign?: readonly string[];
}

/** A package that was asked for, and the candidates that it can be, best first. */
export interface Wish {
  readonly name: string;
  readonly choices: readonly Candidate[];
}

const WISH = /^(?<name>[^:=\s]+)(?::(?<architecture>[^=\s]+))?(?:=(?<version>\S+))?$/;

/** Finds what is meant by the name of a package that is wanted. */
export function findWish(text: string, universe: Universe): Wish | Problem {
  const { name = text, architecture, version } = WISH.exec(text)?.groups ?? {};
  const slot = slotOf(universe, name, architecture);
  if (slot) return choose(text, slot, version);
  const providers = universe.satisfying({ name }, universe.architecture);
  const slots = [...new Set(providers.map((each) => each.slot))];
  const [only] = slots;
  if (architecture !== undefined || version !== undefined || !only)
    return { kind: 'unknown-package', package: text, text: `There is no package ${text}.` };
  if (slots.length === 1) return { name: text, choices: providers };
  const others = slots.map(({ label }) => label);
  const words = `${name} is not a package itself; ${list(others)} provide it. Say which one.`;
  return { kind: 'virtual-package', package: name, others, text: words };
}

function choose(text: string, slot: Slot, version: string | undefined): Wish | Problem {
  const choices = slot.candidates.filter((each) => version === undefined || each.entry.version === version);
  if (choices.length > 0) return { name: text, choices };
  const others = slot.candidates.map(({ entry }) => entry.version);
  const words = `There is no version ${version} of ${slot.label}, but ${list(others)}.`;
  return { kind: 'unknown-version', package: slot.label, others, text: words };
}

/** Finds the installed package that is to go. */
export function findUnwanted(text: string, universe: Universe): Slot | Problem {
  const { name = text, architecture } = WISH.exec(text)?.groups ?? {};
  const slot = slotOf(universe, name, architecture);
  if (!slot?.installed) return { kind: 'not-installed', package: text, text: `${text} is not installed.` };
  if (!isIndispensable(slot)) return slot;
  const words = `${slot.label} is not removed: the machine cannot do without it.`;
  return { kind: 'essential', package: slot.label, text: words };
}

/** Whether a machine may be unusable without the package. */
export function isIndispensable({ installed }: Slot): boolean {
  return installed !== undefined && (installed.entry.isEssential || installed.entry.isProtected);
}

function slotOf(universe: Universe, name: string, architecture = universe.architecture): Slot | undefined {
  const wanted = ['native', 'any', 'all'].includes(architecture) ? universe.architecture : architecture;
  return universe.slots(name).find((slot) => slot.architecture === wanted);
}
