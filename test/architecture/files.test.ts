import { describe, expect, it } from 'vitest';
import { codeFiles } from './source-files.ts';

const ENTRY = /^(?:workers\/[^/]+\.ts|(?:apps\/)?sw\/index\.ts|apps\/sw\/below-shell\.ts|src\/app\/main\.tsx)$/;
const ENTRY_LINES = 40;
const FILE_LINES = 400;
const KEBAB = /^\.?[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
/** Names that tools or custom give. */
const CUSTOMARY = /^(?:README\.md|LICENSE|AGENTS\.md|\.oxlintrc\.json)$/;

const code = codeFiles();
const product = code.filter(({ path }) => !path.startsWith('test/'));
const lines = (text: string): number => text.trimEnd().split('\n').length;

function paths(files: readonly { readonly path: string }[]): string[] {
  return files.map(({ path }) => path);
}

describe('files', () => {
  it('that are entries only compose: under 40 lines', () => {
    const long = code.filter(({ path, text }) => ENTRY.test(path) && lines(text) >= ENTRY_LINES);
    expect(paths(long)).toEqual([]);
  });

  it('of code are under 400 lines', () => {
    expect(paths(code.filter(({ text }) => lines(text) >= FILE_LINES))).toEqual([]);
  });

  it('and folders are named in kebab-case', () => {
    const names = code.flatMap(({ path }) => path.split('/'));
    expect([...new Set(names.filter((name) => !KEBAB.test(name) && !CUSTOMARY.test(name)))]).toEqual([]);
  });

  it('export by name', () => {
    const offenders = product.filter(
      ({ path, text }) =>
        !/\.config\.m?[jt]s$/.test(path) && !path.endsWith('.d.ts') && /^export default\b/m.test(text),
    );
    expect(paths(offenders)).toEqual([]);
  });

  it('use no `any`', () => {
    const type = /(?:[:<,|&(]|\bas|=>)\s*any\b(?!\s*[:(])|\bany\[\]/;
    expect(paths(product.filter(({ text }) => type.test(withoutComments(text))))).toEqual([]);
  });

  it('are not called utils or helpers', () => {
    expect(paths(product.filter(({ path }) => /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\/|\.)/.test(path)))).toEqual(
      [],
    );
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}
