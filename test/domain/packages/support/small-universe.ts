import fc from 'fast-check';
import type { PackageEntry, PackageIndex, Status } from '#domain/packages/index.ts';
import { index, status } from './debian-text.ts';
import { faults } from './consistency.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const VIRTUAL = ['v', 'w'];
const VERSIONS = ['1', '2', '3'];

const relation = fc
  .tuple(
    fc.constantFrom(...NAMES, ...NAMES, ...VIRTUAL),
    fc.constantFrom('', '', '', '>= 2', '<< 2', '= 1', '= 2', '>> 2', '<= 2'),
  )
  .map(([name, version]) => (version === '' ? name : `${name} (${version})`));
const alternatives = fc.array(relation, { minLength: 1, maxLength: 3 }).map((list) => list.join(' | '));
const provided = fc
  .tuple(fc.constantFrom(...VIRTUAL, ...NAMES), fc.constantFrom('', '', ' (= 1)', ' (= 2)'))
  .map(([name, version]) => name + version);

const field = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(alternatives, { minLength: 1, maxLength: 2 }).map((list) => ['Depends', list] as const),
  },
  { weight: 1, arbitrary: alternatives.map((text) => ['Pre-Depends', [text]] as const) },
  { weight: 2, arbitrary: relation.map((text) => ['Conflicts', [text]] as const) },
  { weight: 2, arbitrary: relation.map((text) => ['Breaks', [text]] as const) },
  { weight: 2, arbitrary: provided.map((text) => ['Provides', [text]] as const) },
);

const line = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VERSIONS), fc.array(field, { maxLength: 3 }))
  .map(([name, version, fields]) => {
    const merged = new Map(fields.map(([key, list]) => [key, list.join(', ')]));
    return { key: `${name} ${version}`, text: [...merged].map(([key, list]) => `; ${key}: ${list}`).join('') };
  });

/** A few packages with needs and clashes, some of which are on the machine, in a state that is in order. */
export const universe = fc
  .tuple(
    fc.uniqueArray(line, { minLength: 1, maxLength: 12, selector: ({ key }) => key }),
    fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    fc.constantFrom('', '', '; Essential: yes'),
  )
  .map(([lines, chosen, essential]) => {
    const all = lines.map(({ key, text }) => key + text);
    const offered = index(...all);
    const some = all.filter((_, at) => chosen[at]);
    const installed = status(...some.map((text, at) => (at === 0 ? text + essential : text)));
    const isInOrder = faults(installed.installed.map(({ entry }) => entry)).length === 0;
    return { lines: all, index: offered, status: isInOrder ? installed : status() };
  });

/** All sets of packages that a machine could come to have, without one older than it is: by trying them all. */
export function* reachable(offered: PackageIndex, { installed }: Status): Generator<PackageEntry[]> {
  const names = [...new Set([...installed.map(({ entry }) => entry.name), ...offered.names()])];
  const choices = names.map((name) => {
    const current = installed.find(({ entry }) => entry.name === name)?.entry;
    const newer = offered.versions(name).filter(({ version }) => !current || Number(version) > Number(current.version));
    return [undefined, ...(current ? [current] : []), ...newer];
  });
  yield* combine(choices, []);
}

function* combine(
  [first, ...rest]: readonly (readonly (PackageEntry | undefined)[])[],
  chosen: readonly PackageEntry[],
): Generator<PackageEntry[]> {
  if (!first) yield [...chosen];
  else for (const each of first) yield* combine(rest, each ? [...chosen, each] : chosen);
}
