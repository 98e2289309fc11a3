/** Runs of bytes, whatever they mean. Not here: formats. */
export { bytesOfString, stringOfBytes } from './byte-string.ts';
export { concatBytes } from './concat-bytes.ts';
