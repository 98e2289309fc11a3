import { describe, expect, it } from 'vitest';
import { formatAlternatives, parseRelations, relationsFor } from '#domain/packages/index.ts';
import { failureOf } from '../../support/failure.ts';

const binary = { what: 'Depends', kind: 'binary' } as const;
const source = { what: 'Build-Depends', kind: 'source' } as const;

describe('relations', () => {
  it('are groups of alternatives', () => {
    expect(parseRelations('a, b (>= 1:2~), c:any|d (<<3)  |e:amd64 ( = 4 )\n ,\n', binary)).toEqual([
      [{ name: 'a' }],
      [{ name: 'b', version: { relation: '>=', version: '1:2~' } }],
      [
        { name: 'c', qualifier: 'any' },
        { name: 'd', version: { relation: '<<', version: '3' } },
        { name: 'e', qualifier: 'amd64', version: { relation: '=', version: '4' } },
      ],
    ]);
    expect(parseRelations('', binary)).toEqual([]);
  });

  it('of old packages may have < and >, which mean <= and >=', () => {
    expect(parseRelations('a (< 1), b (> 2)', binary).map(formatAlternatives)).toEqual(['a (<= 1)', 'b (>= 2)']);
  });

  it('are written as they are read', () => {
    const text = 'libc6:any (>= 2.36) | libc6.1';
    expect(parseRelations(text, binary).map(formatAlternatives)).toEqual([text]);
  });

  it.each([
    ['a,, b', binary, 'cannot be understood'],
    ['a |', binary, 'cannot be understood'],
    ['a b', binary, 'cannot be understood'],
    ['a (1)', binary, 'cannot be understood'],
    ['a (>= )', binary, 'cannot be understood'],
    ['a (== 1)', binary, 'cannot be understood'],
    ['a (>= x)', binary, 'cannot be understood'],
    ['a (>= 1', binary, 'cannot be understood'],
    ['ä', binary, 'cannot be understood'],
    ['a [i386]', binary, 'has a restriction that only source packages may have'],
    ['a <cross>', binary, 'has a restriction that only source packages may have'],
    ['a (>= 1)', { what: 'Provides', kind: 'provides' } as const, 'has another relation than ='],
    ['a | b', { what: 'Provides', kind: 'provides' } as const, 'has alternatives'],
  ])('as %j are refused', async (text, form, detail) => {
    const error = await failureOf(() => parseRelations(text, form));
    expect(error).toMatchObject({ code: 'format/invalid', data: { what: form.what } });
    expect(error).toHaveProperty('data.detail', expect.stringContaining(detail));
  });
});

describe('relations of source packages', () => {
  const forI386 = (text: string, ...profiles: readonly string[]): string =>
    relationsFor(parseRelations(text, source), { architecture: 'i386', profiles }).map(formatAlternatives).join(', ');

  it.each([
    ['a [i386]', 'a'],
    ['a [amd64 i386]', 'a'],
    ['a [amd64]', ''],
    ['a [!i386]', ''],
    ['a [!amd64 !arm64]', 'a'],
    ['a [any]', 'a'],
    ['a [linux-any], b [any-i386], c [hurd-any]', 'a, b'],
    ['a [amd64] | b', 'b'],
  ])('%s are for i386: %s', (text, expected) => {
    expect(forI386(text)).toBe(expected);
  });

  it('hold for build profiles', () => {
    const text = 'a <!nocheck>, b <cross>, c <!nocheck !cross> <stage1>, d (>= 1) [i386] <!nodoc>';
    expect(forI386(text)).toBe('a, c, d (>= 1)');
    expect(forI386(text, 'nocheck', 'nodoc')).toBe('');
    expect(forI386(text, 'cross', 'stage1')).toBe('a, b, c, d (>= 1)');
  });
});
