import type { PackageEntry, PackageIndex, Plan, Status } from '#domain/packages/index.ts';
import { architecture, fulfils, strikes } from './consistency.ts';

interface Present {
  readonly entry: PackageEntry;
  isConfigured: boolean;
}

/** What followed a plan found, and what is there in the end. */
export interface Outcome {
  readonly after: readonly PackageEntry[];
  /** Rules of dpkg that a step was against. */
  readonly violations: readonly string[];
}

/** Follows a plan step by step as dpkg does, and says where dpkg would refuse. */
export function followPlan(plan: Plan, index: PackageIndex, status: Status, native = 'i386'): Outcome {
  const present = new Map<string, Present>();
  const labelOf = (entry: PackageEntry): string =>
    architecture(entry, native) === native ? entry.name : `${entry.name}:${entry.architecture}`;
  for (const { entry, isConfigured } of status.installed) present.set(labelOf(entry), { entry, isConfigured });
  const violations: string[] = [];
  const planned = new Map(plan.packages.map((each) => [each.name, each]));
  const isMet = (by: PackageEntry, field: 'Depends' | 'Pre-Depends', circle: readonly string[]): boolean =>
    by
      .relations(field)
      .every((group) =>
        group.some((relation) =>
          [...present].some(
            ([label, { entry, isConfigured }]) =>
              (isConfigured || circle.includes(label)) && fulfils(entry, relation, by, native),
          ),
        ),
      );
  const unpack = (label: string): void => {
    const { name = '', version = '' } = planned.get(label) ?? {};
    const entry = index
      .versions(name.split(':')[0] ?? '')
      .find((each) => each.version === version && labelOf(each) === label);
    if (!entry) return void violations.push(`${label} ${version} is not in the index`);
    if (!isMet(entry, 'Pre-Depends', [])) violations.push(`${label} is unpacked before what it pre-depends on`);
    for (const [other, { entry: there }] of present) {
      if (there.name === entry.name) continue;
      const against = (a: PackageEntry, b: PackageEntry): boolean =>
        a
          .relations('Conflicts')
          .flat()
          .some((each) => strikes(b, each, native));
      if (against(entry, there) || against(there, entry)) violations.push(`${label} is unpacked beside ${other}`);
    }
    present.set(label, { entry, isConfigured: false });
  };
  const configure = (labels: readonly string[]): void => {
    for (const label of labels) {
      const here = present.get(label);
      if (!here || here.isConfigured) violations.push(`${label} is configured, but not unpacked`);
      else if (!isMet(here.entry, 'Depends', labels)) violations.push(`${label} is configured before what it needs`);
    }
    for (const label of labels) Object.assign(present.get(label) ?? {}, { isConfigured: true });
  };
  for (const step of plan.steps) {
    if (step.action === 'unpack') unpack(step.package);
    else if (step.action === 'configure') configure(step.packages);
    else if (!present.delete(step.package)) violations.push(`${step.package} is removed, but not there`);
  }
  for (const [label, { isConfigured }] of present) if (!isConfigured) violations.push(`${label} is left unconfigured`);
  return { after: [...present.values()].map(({ entry }) => entry), violations };
}
