import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExtendedStates, withAutomatic } from '#domain/packages/index.ts';

/** As apt 2.6 writes it. */
const TEXT =
  'Package: libffi8\nArchitecture: i386\nAuto-Installed: 1\n\nPackage: gone\nArchitecture: i386\nAuto-Installed: 0\n\n';

describe('what apt knows of packages that nobody has asked for', () => {
  it('is read; what makes no sense is passed over', () => {
    expect([...parseExtendedStates(TEXT)]).toEqual(['libffi8:i386']);
    expect([...parseExtendedStates(`\n\nnonsense\n\n${TEXT}\n\n\nPackage: x\nAuto-Installed: 1\n`)]).toEqual([
      'libffi8:i386',
    ]);
    expect([...parseExtendedStates('')]).toEqual([]);
  });

  it('is written as apt does, with all that is said of others', () => {
    const more = withAutomatic(TEXT, [{ name: 'libz', architecture: 'i386' }], true);
    expect(more).toBe(`${TEXT}Package: libz\nArchitecture: i386\nAuto-Installed: 1\n\n`);
    expect(withAutomatic(more, [{ name: 'libz', architecture: 'i386' }], false)).toBe(TEXT);
    expect(withAutomatic('', [], true)).toBe('');
  });

  it('is what was marked last', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uniqueArray(name), fc.boolean()), { maxLength: 8 }), (marks) => {
        let text = TEXT;
        const expected = new Set(['libffi8:i386']);
        for (const [names, isAutomatic] of marks) {
          const packages = names.map((each) => ({ name: each, architecture: 'amd64' }));
          text = withAutomatic(text, packages, isAutomatic);
          for (const each of names) {
            if (isAutomatic) expected.add(`${each}:amd64`);
            else expected.delete(`${each}:amd64`);
          }
        }
        expect(parseExtendedStates(text)).toEqual(expected);
      }),
    );
  });
});
