import { describe, expect, it } from 'vitest';
import { parseRelations, resolve } from '#domain/packages/index.ts';
import { index, status } from './support/debian-text.ts';
import { say, sayPackages } from './support/say-plan.ts';

const nothing = status();

describe('a plan', () => {
  it('brings what is wanted and all it needs, in the order of the needs', () => {
    const offered = index('a; Depends: b, c', 'b; Depends: c', 'c', 'unrelated');
    expect(say(offered, nothing, 'a')).toBe(
      'unpack c 1, unpack b 1, unpack a 1, configure c, configure b, configure a',
    );
  });

  it('is nothing where the machine has it', () => {
    expect(say(index('a'), status('a'), 'a')).toBe('');
  });

  it('takes the newest version, upgrades what is wanted and nothing else', () => {
    const offered = index('a 1', 'a 3; Depends: b', 'a 2', 'b 2', 'c 2');
    expect(sayPackages(offered, 'a', status('a 1', 'b 1', 'c 1'))).toBe('a 3');
    expect(sayPackages(offered, 'a=2', status('a 1'))).toBe('a 2');
  });

  it('upgrades what has to be', () => {
    const offered = index('a; Depends: b (>= 2)', 'b 2');
    expect(say(offered, status('b 1'), 'a')).toBe('unpack b 2, unpack a 1, configure b, configure a');
  });

  it('never goes back to an older version', () => {
    const offered = index('a; Depends: b (<< 2)', 'b 1');
    expect(say(offered, status('b 2'), 'a')).toContain('a 1 needs b (<< 2), but you have b 2.');
  });

  it('takes the first alternative, unless another one is there or comes anyway', () => {
    const offered = index('a; Depends: b | c', 'b', 'c', 'd; Depends: c, b | c');
    expect(sayPackages(offered, 'a')).toBe('a 1, b 1');
    expect(sayPackages(offered, 'a', status('c'))).toBe('a 1');
    expect(sayPackages(offered, 'd')).toBe('c 1, d 1');
    expect(sayPackages(offered, 'a c')).toBe('a 1, c 1');
  });

  it('goes another way where the first one leads nowhere', () => {
    const offered = index('a; Depends: b | c', 'b; Depends: d', 'c', 'd; Depends: gone', 'e 2; Depends: gone', 'e 1');
    expect(sayPackages(offered, 'a')).toBe('a 1, c 1');
    expect(sayPackages(offered, 'e')).toBe('e 1');
  });

  it('recommends nothing, unless it is told to', () => {
    const offered = index('a; Recommends: b, gone, c | d; Suggests: e', 'b', 'c; Conflicts: a', 'd', 'e');
    expect(sayPackages(offered, 'a')).toBe('a 1');
    expect(sayPackages(offered, 'a', nothing, { recommends: true })).toBe('a 1, b 1, d 1');
  });

  it('has the sizes', () => {
    const offered = index(
      'a 2; Size: 100; Installed-Size: 7; Filename: pool/a.deb; SHA256: 00',
      'b; Size: 20; Depends: a (= 2)',
    );
    const machine = status('a 1; Installed-Size: 9', 'z; Installed-Size: 4');
    const plan = resolve({ index: offered, status: machine, wanted: ['b'], remove: ['z'] });
    expect(plan).toMatchObject({ downloadBytes: 120, installedBytes: (7 - 9 - 4) * 1024 });
    expect(plan).toHaveProperty('packages.0', {
      name: 'a',
      version: '2',
      architecture: 'i386',
      replaces: '1',
      isWanted: false,
      file: { path: 'pool/a.deb', bytes: 100, sha256: '00' },
      installedBytes: -2048,
    });
    expect(plan).toHaveProperty('removed', [{ name: 'z', version: '1', installedBytes: 4096 }]);
  });
});

describe('dpkg’s order', () => {
  it('configures what a Pre-Depends names before the package is unpacked', () => {
    const offered = index('a; Pre-Depends: b; Depends: d', 'b; Depends: c', 'c', 'd');
    expect(say(offered, nothing, 'a')).toBe(
      'unpack c 1, unpack b 1, unpack d 1, configure c, configure b, unpack a 1, configure d, configure a',
    );
  });

  it('configures packages that need each other together', () => {
    const offered = index('a; Depends: b', 'b; Depends: a, c', 'c');
    expect(say(offered, nothing, 'a')).toBe('unpack c 1, unpack a 1, unpack b 1, configure c, configure a+b');
  });

  it('unpacks an upgrade before what breaks the version that is there', () => {
    const offered = index('a; Breaks: b (<< 2)', 'b 2');
    expect(say(offered, status('b 1'), 'a')).toBe('unpack b 2, unpack a 1, configure a, configure b');
  });

  it('configures what is only unpacked', () => {
    const machine = status('b; Depends: c; Status: install ok unpacked', 'c');
    expect(say(index('a; Depends: b'), machine, 'a')).toBe('unpack a 1, configure b, configure a');
  });

  it('removes before all else, and those that need others first', () => {
    const offered = index('a; Conflicts: b');
    const machine = status('b', 'c; Depends: b');
    expect(say(offered, machine, 'a', { remove: ['b', 'c'] })).toBe('remove c, remove b, unpack a 1, configure a');
  });

  it('knows a way for two packages that change places', () => {
    const offered = index('a 2; Conflicts: b (<< 2)', 'b 2; Conflicts: a (<< 2)');
    const steps = say(offered, status('a 1', 'b 1'), 'a b');
    expect(steps).toBe('remove a, unpack b 2, unpack a 2, configure a, configure b');
  });
});

describe('virtual packages', () => {
  const offered = index('mta-x; Provides: mta', 'mta-y; Provides: mta (= 3); Priority: important', 'a; Depends: mta');

  it('are there with any package that provides them; one that is there comes first, then priority', () => {
    expect(sayPackages(offered, 'a')).toBe('a 1, mta-y 1');
    expect(sayPackages(offered, 'a', status('mta-x; Provides: mta'))).toBe('a 1');
  });

  it('have the version that they are provided with, or none', () => {
    const versions = index(
      'b; Depends: mta (>= 2)',
      'c; Depends: mta (>= 4)',
      'mta-x; Provides: mta',
      'mta-y; Provides: mta (= 3)',
    );
    expect(sayPackages(versions, 'b')).toBe('b 1, mta-y 1');
    expect(sayPackages(versions, 'c')).toContain('c 1 needs mta (>= 4), which is not to be had.');
  });

  it('that are wanted stand for the one that provides them, and for none of several', () => {
    expect(sayPackages(index('b; Provides: v'), 'v')).toBe('b 1');
    expect(sayPackages(offered, 'mta')).toBe('mta is not a package itself; mta-y and mta-x provide it. Say which one.');
  });

  it('may be against each other, but not against themselves', () => {
    const one = 'x; Provides: mta; Conflicts: mta; Replaces: mta';
    const other = 'y; Provides: mta; Conflicts: mta; Replaces: mta';
    expect(sayPackages(index(one, other), 'x')).toBe('x 1');
    expect(sayPackages(index(one, other), 'x y')).toContain('which y provides');
    expect(say(index(one, other), status(other), 'x')).toContain('It can be done if y is removed.');
  });
});

describe('architectures', () => {
  const foreign = { foreign: ['amd64'] };

  it('satisfy each other only where a package is foreign', () => {
    const offered = index(
      'a; Depends: tool, lib',
      'tool; Architecture: amd64; Multi-Arch: foreign',
      'lib; Architecture: amd64; Multi-Arch: same',
      'lib 0; Multi-Arch: same',
    );
    expect(sayPackages(offered, 'a', nothing, foreign)).toBe('a 1, lib 0, tool:amd64 1');
    expect(sayPackages(offered, 'a')).toContain('a 1 needs tool');
  });

  it('of :any are those of a package that allows it', () => {
    const offered = index('a; Depends: p:any', 'b; Depends: q:any', 'p; Multi-Arch: allowed', 'q');
    expect(sayPackages(offered, 'a')).toBe('a 1, p 1');
    expect(sayPackages(offered, 'b')).toContain('b 1 needs q:any');
  });

  it('can be named', () => {
    const offered = index(
      'a; Depends: b:amd64',
      'b',
      'b; Architecture: amd64',
      'c; Architecture: all',
      'd; Depends: c:native',
    );
    expect(sayPackages(offered, 'a', nothing, foreign)).toBe('a 1, b:amd64 1');
    expect(sayPackages(offered, 'b:amd64', nothing, foreign)).toBe('b:amd64 1');
    expect(sayPackages(offered, 'd')).toBe('c 1, d 1');
  });

  it('of one package go together at the same version', () => {
    const both = (version: string) => [
      `l ${version}; Multi-Arch: same`,
      `l ${version}; Multi-Arch: same; Architecture: amd64`,
    ];
    const machine = status('l 1; Multi-Arch: same', 'dpkg');
    expect(sayPackages(index(...both('1'), ...both('2')), 'l:amd64', machine, foreign)).toBe('l 2, l:amd64 2');
    expect(sayPackages(index('m', 'm; Architecture: amd64'), 'm m:amd64', nothing, foreign)).toContain(
      'm and m:amd64 cannot be there together',
    );
  });

  it('are all meant by a conflict', () => {
    const offered = index('a; Conflicts: b', 'b; Architecture: amd64');
    expect(sayPackages(offered, 'a b:amd64', nothing, foreign)).toContain('a 1 conflicts with b.');
  });
});

describe('an explanation', () => {
  it('leads from what was asked for to what is in its way', () => {
    const offered = index('a; Depends: b (>= 2)', 'b 2; Conflicts: c', 'b 1');
    const result = resolve({ index: offered, status: status('c 5'), wanted: ['a'] });
    expect(result).toMatchObject({ kind: 'impossible', removals: ['c'] });
    expect(result).toHaveProperty(
      'text',
      [
        'You asked for a.',
        'a 1 needs b (>= 2).',
        'b 2 conflicts with c. You have c 5.',
        'c 5 is installed, and is not removed unless you say so.',
        'It can be done if c is removed.',
      ].join('\n'),
    );
    expect(result).toHaveProperty('problems.1', {
      kind: 'depends',
      package: 'a',
      version: '1',
      relation: 'b (>= 2)',
      others: ['b 2'],
      text: 'a 1 needs b (>= 2).',
    });
    expect(say(offered, status('c 5'), 'a', { remove: ['c'] })).toMatch(/^remove c, unpack b 2/);
  });

  it.each([
    ['gone', 'There is no package gone.'],
    ['a=7', 'There is no version 7 of a, but 2 and 1.'],
    ['b', 'b 1 needs a (>= 3), but there is only a 2 and a 1.'],
    ['c', 'c 1 needs gone | also-gone'.replace(' | ', ' or ')],
  ])('for %s says: %s', (wanted, text) => {
    const offered = index('a 2', 'a 1', 'b; Depends: a (>= 3)', 'c; Depends: gone | also-gone');
    expect(sayPackages(offered, wanted)).toContain(text);
  });

  it('never has an essential or protected package removed, nor one that is not there', () => {
    const offered = index('a; Conflicts: sh, boot');
    const machine = status('sh; Essential: yes', 'boot; Protected: yes');
    expect(say(offered, machine, 'a')).toContain('1 is installed, and the machine cannot do without it.');
    expect(say(offered, machine, 'a')).not.toContain('It can be done');
    expect(say(offered, machine, '', { remove: ['sh'] })).toBe('sh is not removed: the machine cannot do without it.');
    expect(say(offered, machine, '', { remove: ['boot'] })).toContain('boot is not removed');
    expect(say(offered, machine, '', { remove: ['a'] })).toBe('a is not installed.');
  });

  it('leaves held packages at their version', () => {
    const offered = index('a; Depends: b (>= 2)', 'b 2', 'b 1');
    const machine = status('b 1; Status: hold ok installed');
    expect(say(offered, machine, 'a')).toContain('b is held at 1.');
    expect(say(offered, machine, 'b')).toBe('');
  });

  it('names all that would have to be removed', () => {
    const machine = status('b', 'c; Depends: b', 'd; Depends: c');
    const result = resolve({ index: index('b'), status: machine, wanted: [], remove: ['b'] });
    expect(result).toMatchObject({ kind: 'impossible', removals: ['c', 'd'] });
    expect(result).toHaveProperty('text', expect.stringContaining('It can be done if c and d are removed.'));
  });

  it('is not of many words about one wish', () => {
    const offered = index('a; Depends: b, x | y', 'b; Depends: c', 'c; Depends: gone', 'x', 'y; Conflicts: x');
    expect(sayPackages(offered, 'a').split('\n')).toEqual([
      'You asked for a.',
      'a 1 needs b.',
      'b 1 needs c.',
      'c 1 needs gone, which is not to be had.',
    ]);
  });
});

describe('a broken entry', () => {
  it('in the way of a plan is an error; elsewhere it is none', () => {
    const offered = index('a; Depends: b', 'b; Depends: (', 'c');
    expect(() => sayPackages(offered, 'a')).toThrow('Depends of b 1 is not in the expected form');
    expect(sayPackages(offered, 'c')).toBe('c 1');
    expect(() => parseRelations('(', { what: 'x', kind: 'binary' })).toThrow('x is not in the expected form');
  });
});
