import type { Status } from '../status.ts';
import { orderSteps } from './order.ts';
import type { Plan, PlannedPackage, RemovedPackage } from './plan.ts';
import type { Rules } from './rules.ts';
import type { Candidate } from './universe.ts';

/**
 * The plan that leads to what a search has found.
 * @param after what is on the machine then
 * @param wanted what the user asked for
 */
export function makePlan(
  after: readonly Candidate[],
  rules: Rules,
  wanted: readonly Candidate[],
  status: Status,
): Plan {
  const staying = new Set(after);
  const before = rules.universe.installedSlots().flatMap(({ installed }) => installed ?? []);
  const leaving = before.filter((each) => !staying.has(each));
  const open = new Set(status.installed.filter(({ isConfigured }) => !isConfigured).map(({ entry }) => entry));
  const unconfigured = after.filter(({ entry, isInstalled }) => isInstalled && open.has(entry));
  const steps = orderSteps({ after, leaving, unconfigured }, rules);
  const arriving = new Map(after.filter((each) => !each.isInstalled).map((each) => [each.slot.label, each]));
  const isWanted = (each: Candidate): boolean => wanted.includes(each);
  const packages = steps.flatMap((step) => {
    const candidate = step.action === 'unpack' ? arriving.get(step.package) : undefined;
    return candidate ? [plannedPackage(candidate, isWanted(candidate))] : [];
  });
  const slots = new Set(after.map(({ slot }) => slot));
  const removed = leaving.filter(({ slot }) => !slots.has(slot)).map(removedPackage);
  return { kind: 'plan', packages, removed, steps, ...totals(packages, removed) };
}

function totals(packages: readonly PlannedPackage[], removed: readonly RemovedPackage[]) {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  const freed = sum(removed.map((each) => each.installedBytes));
  return {
    downloadBytes: sum(packages.map(({ file }) => file.bytes)),
    installedBytes: sum(packages.map((each) => each.installedBytes)) - freed,
  };
}

function plannedPackage({ entry, slot }: Candidate, isWanted: boolean): PlannedPackage {
  const old = slot.installed?.entry;
  const [path, sha256] = [entry.stanza.get('Filename'), entry.stanza.get('SHA256')];
  return {
    name: slot.label,
    version: entry.version,
    architecture: entry.architecture,
    ...(old ? { replaces: old.version } : {}),
    isWanted,
    file: { ...(path ? { path } : {}), bytes: entry.downloadBytes, ...(sha256 ? { sha256 } : {}) },
    installedBytes: entry.installedBytes - (old?.installedBytes ?? 0),
  };
}

function removedPackage({ entry, slot }: Candidate): RemovedPackage {
  return { name: slot.label, version: entry.version, installedBytes: entry.installedBytes };
}
