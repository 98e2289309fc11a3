import { resolve, type PackageIndex, type ResolveRequest, type Status } from '#domain/packages/index.ts';
import { status } from './debian-text.ts';

type More = Partial<Omit<ResolveRequest, 'index' | 'status' | 'wanted'>>;

/** What is to be done, on one line: `unpack a 1, configure a`; or the explanation. */
export function say(index: PackageIndex, machine: Status, wanted: string, more: More = {}): string {
  const names = wanted.split(' ').filter((name) => name !== '');
  const result = resolve({ index, status: machine, wanted: names, ...more });
  if (result.kind === 'impossible') return result.text;
  const versions = new Map(result.packages.map(({ name, version }) => [name, version]));
  const steps = result.steps.map((step) => {
    if (step.action === 'configure') return `configure ${step.packages.join('+')}`;
    return step.action === 'unpack' ? `unpack ${step.package} ${versions.get(step.package)}` : `remove ${step.package}`;
  });
  return steps.join(', ');
}

/** What comes, without the order: `a 1, b 2`. */
export function sayPackages(index: PackageIndex, wanted: string, machine: Status = status(), more: More = {}): string {
  const result = resolve({ index, status: machine, wanted: wanted.split(' '), ...more });
  if (result.kind === 'impossible') return result.text;
  return result.packages
    .map(({ name, version }) => `${name} ${version}`)
    .toSorted()
    .join(', ');
}
