/** Line feeds and other breaks: they become spaces, not nothing. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/**
 * Control characters, halves of surrogate pairs, private use, and format characters that nobody sees: overrides and
 * isolates of the writing direction, byte order marks, soft hyphens, tags. The joiners that scripts and emoji need stay.
 */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cs}\p{Co}\p{Cf}]/gu;
/** Marks upon marks reach over the lines above and below. */
const PILED_MARKS = /(\p{M}{8})\p{M}+/gu;

/**
 * Someone else's words as one line that shows what it says and stays in its place. Markup is text, and stays as it is.
 * Cleaning what is clean changes nothing.
 */
export function cleanText(text: string): string {
  const visible = text.replaceAll(BREAKS, ' ').replaceAll(INVISIBLE, '').replaceAll(PILED_MARKS, '$1');
  return visible.replaceAll(/\s+/g, ' ').trim();
}
