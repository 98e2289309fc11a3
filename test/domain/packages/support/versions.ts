import fc from 'fast-check';

/** What versions are made of; some are rare in the wild, such as a tilde before a letter. */
const PIECES = [
  '0',
  '00',
  '1',
  '9',
  '10',
  '09',
  'a',
  'b',
  'Z',
  'rc',
  'dfsg',
  '.',
  '+',
  '~',
  '~~',
  '-',
  '+b1',
  'deb12u1',
];

const piece = fc.constantFrom(...PIECES);
const epoch = fc.constantFrom('', '', '', '0:', '1:', '01:', '2:');
const digit = fc.constantFrom('0', '1', '2', '10');
/** A revision cannot be empty. */
const revision = fc.option(
  fc.array(
    piece.filter((text) => text !== '-'),
    { minLength: 1, maxLength: 4 },
  ),
  { nil: [] },
);

interface Parts {
  readonly epoch: string;
  readonly upstream: readonly string[];
  readonly revision: readonly string[];
}

const parts: fc.Arbitrary<Parts> = fc
  .tuple(epoch, digit, fc.array(piece, { maxLength: 5 }), revision)
  .map(([before, first, rest, after]) => ({ epoch: before, upstream: [first, ...rest], revision: after ?? [] }));

function textOf({ epoch: before, upstream, revision: after }: Parts): string {
  // Without a revision, a hyphen would begin one.
  const text = upstream.join('');
  const main = after.length === 0 ? text.replaceAll('-', '.') : text;
  return `${before}${main}${after.length === 0 ? '' : `-${after.join('')}`}`;
}

/** Any version that dpkg takes. */
export const version: fc.Arbitrary<string> = parts.map(textOf);

/** Two versions, the second of which is the first with one piece changed, added or taken away. */
export const nearPair: fc.Arbitrary<readonly [string, string]> = fc
  .tuple(parts, fc.constantFrom('upstream', 'revision', 'epoch'), fc.nat(6), fc.option(piece), fc.boolean(), epoch)
  .map(([first, where, at, put, over, otherEpoch]) => {
    if (where === 'epoch') return [textOf(first), textOf({ ...first, epoch: otherEpoch })] as const;
    const list = first[where];
    const start = where === 'upstream' ? 1 : 0;
    const place = Math.min(list.length, start + at);
    const added = put === null || (where === 'revision' && put === '-') ? [] : [put];
    const changed = list.toSpliced(place, over ? 1 : 0, ...added);
    return [textOf(first), textOf({ ...first, [where]: changed })] as const;
  });

/** The same pairs for the same seed. */
export function drawPairs(seed: number, count: number): (readonly [string, string])[] {
  return fc.sample(nearPair, { seed, numRuns: count });
}

/** Texts that are versions, or nearly. */
export function drawTexts(seed: number, count: number): string[] {
  const odd = fc.constantFrom(':', '_', '-', 'ä', '1:', '99999999999:', '~', '(', '/', '');
  const text = fc.tuple(version, odd, fc.nat(8)).map(([plain, put, at]) => plain.slice(0, at) + put + plain.slice(at));
  return fc.sample(text, { seed, numRuns: count });
}
