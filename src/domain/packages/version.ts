/** How dpkg orders versions, and what it takes for one: Policy 5.6.12, deb-version(7). */

const [ZERO, NINE, TILDE] = [0x30, 0x39, 0x7e];
/** Characters that are no letters come after all letters. */
const AFTER_LETTERS = 256;
const MOST_EPOCH = 2_147_483_647;

/**
 * Compares two versions as `dpkg --compare-versions` does. Any texts are in some order; see isVersion for real ones.
 * @returns less than, equal to or more than 0. Versions that are equal may differ as texts (`1.0` and `1.0-0`).
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [splitVersion(a), splitVersion(b)];
  return (
    left.epoch - right.epoch ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

/** Whether dpkg accepts this text as a version: `[epoch:]upstream[-revision]`. */
export function isVersion(text: string): boolean {
  const colon = text.indexOf(':');
  const [epoch, rest] = colon === -1 ? ['0', text] : [text.slice(0, colon), text.slice(colon + 1)];
  const hyphen = rest.lastIndexOf('-');
  const [upstream, revision] = hyphen === -1 ? [rest, '0'] : [rest.slice(0, hyphen), rest.slice(hyphen + 1)];
  const isEpoch = /^\d+$/.test(epoch) && Number(epoch) <= MOST_EPOCH;
  return isEpoch && /^\d[A-Za-z0-9.+~:-]*$/.test(upstream) && /^[A-Za-z0-9.+~]+$/.test(revision);
}

function splitVersion(text: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: colon === -1 ? 0 : Number(text.slice(0, colon)),
    upstream: hyphen === -1 ? rest : rest.slice(0, hyphen),
    revision: hyphen === -1 ? '' : rest.slice(hyphen + 1),
  };
}

/** Compares in turn runs of other characters, in dpkg's order, and of digits, as numbers of any length. */
function compareParts(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = rank(a, i++) - rank(b, j++);
      if (difference !== 0) return difference;
    }
    const [left, right] = [digitsAt(a, i), digitsAt(b, j)];
    [i, j] = [left.end, right.end];
    const difference = left.digits.length - right.digits.length || compareText(left.digits, right.digits);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE;
}

/** `~` comes before the end, the end and digits before letters, letters before the rest. */
function rank(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0;
  const code = text.charCodeAt(at);
  if (code === TILDE) return -1;
  return /[A-Za-z]/.test(text.charAt(at)) ? code : code + AFTER_LETTERS;
}

/** A run of digits without its leading zeros. */
function digitsAt(text: string, start: number): { readonly digits: string; readonly end: number } {
  let first = start;
  while (text.charCodeAt(first) === ZERO) first++;
  let end = first;
  while (end < text.length && isDigit(text, end)) end++;
  return { digits: text.slice(first, end), end };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
