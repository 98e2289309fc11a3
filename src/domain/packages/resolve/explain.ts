import { formatAlternatives, formatRelation } from '../relation.ts';
import type { Explanation, Problem } from './plan.ts';
import type { Reason } from './reason.ts';
import type { Candidate, Slot, Universe } from './universe.ts';

/** The explanation that these problems make. @param removals without which there would be a plan */
export function explanationOf(problems: readonly Problem[], removals: readonly string[] = []): Explanation {
  const way = removals.length === 0 ? [] : [`It can be done if ${list(removals)} ${are(removals)} removed.`];
  return { kind: 'impossible', problems, removals, text: [...problems.map(({ text }) => text), ...way].join('\n') };
}

/** Reasons in words, in the order in which one leads to the next. */
export function problemsOf(reasons: ReadonlySet<Reason>, universe: Universe): Problem[] {
  return inOrder(reasons).flatMap((reason) => problemOf(reason, universe));
}

/** From what was asked for along what it needs. */
function inOrder(reasons: ReadonlySet<Reason>): Reason[] {
  const depends = [...reasons].filter((reason) => reason.kind === 'depends');
  const wanted = [...reasons].filter(({ kind }) => kind === 'wanted' || kind === 'unwanted');
  const ordered = new Set<Reason>(wanted);
  const reach = (candidates: readonly Candidate[]): void => {
    for (const reason of depends) {
      if (ordered.has(reason) || !candidates.includes(reason.by)) continue;
      ordered.add(reason);
      reach(reason.group.choices);
    }
  };
  for (const reason of wanted) if (reason.kind === 'wanted') reach(reason.choices);
  return [...ordered, ...[...reasons].filter((reason) => !ordered.has(reason))];
}

function problemOf(reason: Reason, universe: Universe): Problem[] {
  switch (reason.kind) {
    case 'wanted':
      return [{ kind: 'wanted', package: reason.name, text: `You asked for ${reason.name}.` }];
    case 'unwanted':
      return [aboutSlot('unwanted', reason.slot, 'is to be removed.')];
    case 'depends':
      return [aboutNeed(reason, universe)];
    case 'conflicts':
      return [aboutConflict(reason)];
    case 'one-version':
      return [aboutSlot('one-version', reason.slot, 'can be there at one version only.')];
    case 'one-architecture':
      return [aboutArchitectures(reason.slots)];
    case 'stays':
      return [aboutStay(reason.slot)];
  }
}

function aboutSlot(kind: Problem['kind'], { label }: Slot, words: string): Problem {
  return { kind, package: label, text: `${label} ${words}` };
}

function aboutStay(slot: Slot): Problem {
  const version = slot.installed?.entry.version ?? '';
  if (slot.isHeld) return { ...aboutSlot('held', slot, `is held at ${version}.`), version };
  const essential = slot.installed?.entry.isEssential === true || slot.installed?.entry.isProtected === true;
  const words = essential ? 'and the machine cannot do without it.' : 'and is not removed unless you say so.';
  return { ...aboutSlot(essential ? 'essential' : 'installed', slot, `${version} is installed, ${words}`), version };
}

function aboutNeed({ by, group }: Reason & { kind: 'depends' }, universe: Universe): Problem {
  const relation = formatAlternatives(group.alternatives);
  const fact = { package: by.slot.label, version: by.entry.version, relation, others: group.choices.map(title) };
  if (group.choices.length > 0) return { kind: 'depends', ...fact, text: `${title(by)} needs ${inWords(relation)}.` };
  const names = [...new Set(group.alternatives.map(({ name }) => name))];
  const there = names.flatMap((name) => universe.slots(name)).flatMap(({ candidates }) => candidates);
  const have = there.some(({ isInstalled }) => isInstalled) ? 'you have' : 'there is only';
  const but = there.length === 0 ? 'which is not to be had' : `but ${have} ${list(there.map(title))}`;
  return { kind: 'missing', ...fact, text: `${title(by)} needs ${inWords(relation)}, ${but}.` };
}

function aboutConflict({ by, field, relation, with: other }: Reason & { kind: 'conflicts' }): Problem {
  const verb = field === 'Breaks' ? 'breaks' : 'conflicts with';
  const asked = formatRelation(relation);
  const provided = other.slot.name === relation.name ? '' : `, which ${other.slot.label} provides`;
  const have = other.isInstalled ? ` You have ${title(other)}.` : '';
  const text = `${title(by)} ${verb} ${inWords(asked)}${provided}.${have}`;
  const fact = { package: by.slot.label, version: by.entry.version, relation: asked, others: [title(other)] };
  return { kind: 'conflicts', ...fact, text };
}

function aboutArchitectures(slots: readonly Slot[]): Problem {
  const labels = slots.map(({ label }) => label);
  const text = `${list(labels)} cannot be there together, or only at the same version.`;
  return { kind: 'one-architecture', package: labels[0] ?? '', others: labels, text };
}

/** `b (>= 2) | c` as a person says it. */
function inWords(relation: string): string {
  return relation.replaceAll(' | ', ' or ');
}

function title({ slot, entry }: Candidate): string {
  return `${slot.label} ${entry.version}`;
}

function are(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
