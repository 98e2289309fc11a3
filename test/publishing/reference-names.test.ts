import fc from 'fast-check';
import { expect, it } from 'vitest';
import { referenceNames } from '../../publishing/layout/reference-names.ts';
import { descriptor } from '../support/documents.ts';

const entry = (id: string, version: string, content = 'manifest') => ({
  id,
  version,
  manifest: descriptor('any', content),
});
/** OCI image specification, "Pre-Defined Annotation Keys": one component. */
const GRAMMAR = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*$/;

it.each([
  ['12.1', 'base-12.1'],
  ['2 beta (new)', 'base-2-beta-new'],
  ['1..2', 'base-1.2'],
  ['~', 'base'],
  ['', 'base'],
])('names version “%s” %s', (version, name) => {
  expect(referenceNames([entry('base', version)])).toEqual([name]);
});

it('keeps to the grammar, and apart what it would call the same', () => {
  const ids = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/);
  const entries = fc.array(fc.tuple(ids, fc.string({ maxLength: 6 }), fc.string()), { maxLength: 5 });
  fc.assert(
    fc.property(entries, (each) => {
      const names = referenceNames(each.map(([id, version, content], i) => entry(id, version, `${i} ${content}`)));
      expect(names.filter((name) => !GRAMMAR.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});
