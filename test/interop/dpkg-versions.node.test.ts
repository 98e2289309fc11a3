import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion } from '#domain/packages/index.ts';
import { drawPairs, drawTexts } from '../domain/packages/support/versions.ts';
import { IS_FULL } from '../support/full.ts';
import { program } from './support/program.ts';

const PAIRS = IS_FULL ? 10_000 : 400;
const TEXTS = IS_FULL ? 2000 : 200;
const SEED = 5612;

/** One dpkg for each question, all asked by one shell: it is dpkg's word, not that of a library beside it. */
const ORDER = `while read -r a b; do
  if dpkg --compare-versions "$a" lt "$b"; then echo -1
  elif dpkg --compare-versions "$a" gt "$b"; then echo 1
  else echo 0; fi
done`;
const VALID = 'while read -r text; do dpkg --validate-version "$text" 2>/dev/null && echo yes || echo no; done';

async function ask(script: string, lines: readonly string[]): Promise<string[]> {
  const out = await program('sh', ['-c', script], `${lines.join('\n')}\n`);
  return out.trimEnd().split('\n');
}

describe('versions', () => {
  it(`are ordered as dpkg orders them: ${PAIRS} pairs that are nearly the same`, { timeout: 600_000 }, async () => {
    const pairs = drawPairs(SEED, PAIRS);
    const theirs = await ask(
      ORDER,
      pairs.map((pair) => pair.join(' ')),
    );
    const ours = pairs.map(([a, b]) => String(Math.sign(compareVersions(a, b))));
    const differences = pairs.filter((_, at) => ours[at] !== theirs[at]);
    expect(differences).toEqual([]);
    expect(new Set(theirs)).toEqual(new Set(['-1', '0', '1']));
  });

  it(`are taken as such where dpkg takes them: ${TEXTS} texts`, { timeout: 600_000 }, async () => {
    const texts = drawTexts(SEED, TEXTS);
    const theirs = await ask(VALID, texts);
    const differences = texts.filter((text, at) => (isVersion(text) ? 'yes' : 'no') !== theirs[at]);
    expect(differences).toEqual([]);
    expect(new Set(theirs)).toEqual(new Set(['yes', 'no']));
  });
});
