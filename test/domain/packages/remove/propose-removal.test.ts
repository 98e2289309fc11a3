import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStatus } from '#domain/packages/index.ts';
import { proposeRemoval, userPackages, type RemovalRequest } from '#domain/packages/remove/index.ts';

/** An installed package: its fields after the name. */
function installed(name: string, fields = ''): string {
  return `Package: ${name}\nStatus: install ok installed\nVersion: 1.0\nArchitecture: i386\nInstalled-Size: 10\nDescription: the ${name}\n more\n${fields}`;
}

const BASE = [
  installed('dpkg', 'Essential: yes\n'),
  installed('libc6', 'Priority: required\n'),
  installed('apt', 'Depends: libapt, libc6\n'),
  installed('libapt'),
];
const WEB = [
  installed('nginx', 'Depends: nginx-common (>= 1.0), libpcre | libpcre-old, libc6\n'),
  installed('nginx-common'),
  installed('libpcre'),
  installed('nodejs', 'Depends: libnode, libssl\nRecommends: docs\n'),
  installed('libnode', 'Depends: libpcre\n'),
  installed('libssl'),
  installed('docs'),
  installed('site', 'Depends: httpd\n'),
  installed('orphan'),
];
const AUTOMATIC = ['libapt', 'nginx-common', 'libpcre', 'libnode', 'libssl', 'docs', 'orphan'];

const request = (names: readonly string[], changes: Partial<RemovalRequest> = {}): RemovalRequest => ({
  status: new TextEncoder().encode([...BASE, ...WEB].join('\n')),
  extendedStates: AUTOMATIC.map((name) => `Package: ${name}\nArchitecture: i386\nAuto-Installed: 1\n\n`).join(''),
  container: new Set(['dpkg', 'libc6', 'apt', 'libapt']),
  services: [
    { name: 'web', packages: ['nginx'] },
    { name: 'shop', packages: ['nodejs'] },
  ],
  names,
  purge: false,
  ...changes,
});

const removed = (answer: ReturnType<typeof proposeRemoval>): Record<string, string> => {
  if (answer.kind === 'impossible') throw new Error(answer.text);
  return Object.fromEntries(answer.packages.map(({ name, why }) => [name, why]));
};

describe('removing packages', () => {
  it('takes along what was there only for them, and leaves what others need', () => {
    const answer = proposeRemoval(request(['nginx']));
    expect(removed(answer)).toEqual({ nginx: 'wanted', 'nginx-common': 'unneeded' });
    expect(answer).toMatchObject({ services: ['web'], freedBytes: 20 * 1024 });
    expect(removed(proposeRemoval(request(['nodejs'])))).toEqual({
      nodejs: 'wanted',
      libnode: 'unneeded',
      libssl: 'unneeded',
      docs: 'unneeded',
    });
    expect(Object.keys(removed(proposeRemoval(request(['nginx', 'nodejs']))))).toContain('libpcre');
  });

  it('takes along what needs them', () => {
    const answer = proposeRemoval(request(['libnode']));
    expect(removed(answer)).toMatchObject({ libnode: 'wanted', nodejs: 'dependent', libssl: 'unneeded' });
    expect(answer).toMatchObject({ services: ['shop'] });
  });

  it('leaves those for whom another package provides what they need', () => {
    const status = [
      ...BASE,
      ...WEB,
      installed('apache2', 'Provides: httpd\n'),
      installed('lighttpd', 'Provides: httpd\n'),
    ];
    const bytes = new TextEncoder().encode(status.join('\n'));
    expect(removed(proposeRemoval(request(['apache2'], { status: bytes })))).toEqual({ apache2: 'wanted' });
    expect(removed(proposeRemoval(request(['apache2', 'lighttpd'], { status: bytes })))).toMatchObject({
      site: 'dependent',
    });
  });

  it.each([
    ['what is not there', ['ferry'], 'ferry is not installed.'],
    ['what the machine cannot do without', ['dpkg'], 'the machine cannot do without it'],
    ['what the container’s packages need', ['libapt'], 'apt needs what is to be removed, and came with the machine.'],
  ])('is refused for %s', (_, names, text) => {
    expect(proposeRemoval(request(names))).toMatchObject({ kind: 'impossible', text: expect.stringContaining(text) });
  });

  it('goes for packages of the container when they are named', () => {
    expect(removed(proposeRemoval(request(['libapt', 'apt'])))).toEqual({ apt: 'wanted', libapt: 'wanted' });
  });

  it('never leaves a package without what it needs, nor takes a package that another one needs', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const world = fc.record({
      needs: fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 14 }),
      automatic: fc.subarray(names),
      gone: fc.subarray(names, { minLength: 1 }),
    });
    fc.assert(
      fc.property(world, ({ needs, automatic, gone }) => {
        const text = names.map((name) => {
          const list = needs.filter(([from]) => from === name).map(([, to]) => to);
          return installed(name, list.length > 0 ? `Depends: ${list.join(', ')}\n` : '');
        });
        const status = new TextEncoder().encode([installed('dpkg', 'Essential: yes\n'), ...text].join('\n'));
        const extendedStates = automatic
          .map((name) => `Package: ${name}\nArchitecture: i386\nAuto-Installed: 1\n\n`)
          .join('');
        const answer = removed(proposeRemoval(request(gone, { status, extendedStates })));
        const stays = (name: string): boolean => answer[name] === undefined;
        for (const [from, to] of needs) if (stays(from)) expect(stays(to), `${from} needs ${to}`).toBe(true);
        for (const name of gone) expect(answer[name]).toBe('wanted');
        for (const [name, why] of Object.entries(answer)) if (why === 'unneeded') expect(automatic).toContain(name);
        expect(parseStatus(status).installed).toHaveLength(names.length + 1);
      }),
    );
  });
});

describe('the packages of the user', () => {
  it('are those that neither came with the machine nor are there only for others', () => {
    const packages = userPackages(request([]));
    expect(packages.map(({ name }) => name)).toEqual(['nginx', 'nodejs', 'site']);
    expect(packages[0]).toEqual({ name: 'nginx', version: '1.0', description: 'the nginx', installedBytes: 10 * 1024 });
  });
});
