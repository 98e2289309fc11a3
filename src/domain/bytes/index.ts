/** Runs of bytes, whatever they mean. Not here: formats. */
export { concatBytes } from './concat-bytes.ts';
