import { describe, expect, it } from 'vitest';
import { canWriteDirectly, parseUnpackRules, PathFilters, type UnpackTexts } from '#domain/packages/direct/index.ts';
import type { DebFacts } from '#domain/packages/install/index.ts';

const NOTHING: UnpackTexts = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
const FACTS: DebFacts = {
  name: 'isle',
  control: new Uint8Array(),
  paths: ['/bin/isle', '/etc/isle.conf'],
  folders: [],
  links: [],
  scripts: new Set(['postinst']),
  conffiles: ['/etc/isle.conf'],
  triggers: [],
  hasEffects: false,
  effects: [],
};

function isDirect(facts: Partial<DebFacts>, texts: Partial<UnpackTexts> = {}, known: readonly string[] = []): boolean {
  return canWriteDirectly({ ...FACTS, ...facts }, new Set(known), parseUnpackRules({ ...NOTHING, ...texts }));
}

describe('to unpack a package is only to write its files', () => {
  it.each<[string, boolean, Partial<DebFacts>, Partial<UnpackTexts>, string[]]>([
    ['where it is new', true, {}, {}, ['sea']],
    ['not where the machine knows it, whatever became of it', false, {}, {}, ['isle']],
    ['not where a file of it is diverted', false, {}, { diversions: '/usr/bin/isle\n/usr/bin/isle.real\n:\n' }, []],
    ['nor where one is where others were diverted to', false, {}, { diversions: '/a\n/bin/isle\n:\n' }, []],
    ['nor where one shall have another owner', false, {}, { overrides: 'root adm 0750 /usr/bin/isle\n' }, []],
    ['not while dpkg’s database is in pieces', false, {}, { updates: '0001\n' }, []],
    ['not where dpkg runs more than that', false, {}, { config: 'post-invoke=touch /x\n' }, []],
    ['not where it takes configuration files away', false, { conffiles: ['remove-on-upgrade /etc/old'] }, {}, []],
    [
      'not where a trigger of it is no name',
      false,
      { triggers: [{ kind: 'interest', isAwaited: true, trigger: '../status' }] },
      {},
      [],
    ],
  ])('%s', (_, expected, facts, texts, known) => {
    expect(isDirect(facts, texts, known)).toBe(expected);
  });
});

describe('which files a machine wants', () => {
  it.each([
    ['', '/usr/share/man/a', true],
    ['path-exclude=/usr/share/man/*', '/usr/share/man/fr/a', false],
    ['path-exclude = /usr/share/man/*', '/usr/share/man/fr/a', false],
    ['path-exclude /usr/share/man/*', '/usr/share/man', true],
    ['# path-exclude=/usr/*', '/usr/a', true],
    ['path-exclude=/usr/share/doc/*\npath-include=/usr/share/doc/*/copyright', '/usr/share/doc/a/copyright', true],
    ['path-include=/usr/share/doc/*/copyright\npath-exclude=/usr/share/doc/*', '/usr/share/doc/a/copyright', false],
    ['path-exclude=/a/?[bc][!d].x', '/a/xbe.x', false],
    ['path-exclude=/a/?[bc][!d].x', '/a/xbd.x', true],
    ['path-exclude=/a.x', '/abx', true],
    ['path-exclude=/a\\*x', '/abx', true],
    ['path-exclude=/a\\*x', '/a*x', false],
  ])('%s: %s', (config, path, expected) => {
    expect(new PathFilters(config).keeps(path, false)).toBe(expected);
  });

  it('folders stay where something in them may be wanted', () => {
    const filters = new PathFilters('path-exclude=/usr/share/doc/*\npath-include=/usr/share/doc/*/copyright');
    expect(filters.keeps('/usr/share/doc/isle', true)).toBe(true);
    expect(filters.keeps('/usr/share/doc/isle', false)).toBe(false);
    expect(new PathFilters('path-exclude=/usr/share/man/*').keeps('/usr/share/man/fr', true)).toBe(false);
  });
});
