/** What may stand before a page's first element (HTML Standard, 13.1 and 13.2.6.4.1): none of it ends the search for it. */
const PREAMBLE: readonly (readonly [open: string, close: string])[] = [
  ['<!--', '-->'],
  ['<!', '>'],
  ['<?', '>'],
];
const SPACE = /^[\t\n\f\r ]+/;
const BOM = '\u00ef\u00bb\u00bf';
/** UTF-16 in either order: nothing of ASCII can be put into it. */
const BOMS_OF_OTHERS = ['\u00fe\u00ff', '\u00ff\u00fe'];

/** Where the first element of a page begins. */
export type FirstElement =
  | { readonly at: number }
  /** More has to be read to tell. */
  | 'unknown'
  /** The page is in an encoding of which ASCII is no part. */
  | 'none';

/**
 * Finds where a page's first element begins: behind its doctype, without which browsers lay pages out as those of old, and
 * before all of its scripts.
 * @param start the page as far as it has come, a character for each byte
 * @param isWhole true when no more will come
 */
export function findFirstElement(start: string, isWhole: boolean): FirstElement {
  if (BOMS_OF_OTHERS.some((bom) => start.startsWith(bom))) return 'none';
  let at = start.startsWith(BOM) ? BOM.length : 0;
  for (;;) {
    const rest = start.slice(at);
    const skipped = preambleLength(rest);
    if (skipped === undefined) return isWhole ? { at } : 'unknown';
    if (skipped === 0) return isOpen(rest) && !isWhole ? 'unknown' : { at };
    at += skipped;
  }
}

/** Characters of one piece at the start; 0 when an element or text begins there; undefined when the piece has no end yet. */
function preambleLength(text: string): number | undefined {
  const space = SPACE.exec(text)?.[0].length ?? 0;
  if (space > 0) return space;
  const [open, close] = PREAMBLE.find(([each]) => text.startsWith(each)) ?? [];
  if (open === undefined || close === undefined) return 0;
  // `<!-->` is a comment, too.
  const end = text.indexOf(close, 2);
  return end < 0 ? undefined : end + close.length;
}

/** True when what is here may yet become the start of a comment, of a doctype or of a mark of the encoding. */
function isOpen(text: string): boolean {
  return [BOM, ...BOMS_OF_OTHERS, ...PREAMBLE.map(([open]) => open)].some((open) => open.startsWith(text));
}
