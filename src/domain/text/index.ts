/** Text that strangers wrote. Not here: the words of errors (errors/), the terminal's (guest/). */
export { cleanText } from './clean-text.ts';
export { decodePercent } from './decode-percent.ts';
