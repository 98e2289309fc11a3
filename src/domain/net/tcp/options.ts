import { readU16, writeU16 } from '../wire.ts';

const KIND = { end: 0, nothing: 1, mss: 2, windowScale: 3 } as const;
const MSS_BYTES = 4;
const WINDOW_SCALE_BYTES = 3;
/** RFC 7323, 2.3: more is taken for this. */
const MOST_WINDOW_SCALE = 14;

/** Options of a SYN that we send or understand; all others are passed over. */
export interface TcpOptions {
  /** The most bytes that the sender takes in one segment. */
  readonly mss?: number | undefined;
  /** By how many bits the windows that the sender announces are to be shifted, 0 to 14 (RFC 7323). */
  readonly windowScale?: number | undefined;
}

/** Reads options up to the first that has no sense. */
export function decodeOptions(bytes: Uint8Array): TcpOptions {
  const options: { mss?: number; windowScale?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at];
    if (kind === KIND.end) break;
    const length = kind === KIND.nothing ? 1 : (bytes[at + 1] ?? 0);
    if (length === 0 || (length < 2 && kind !== KIND.nothing) || at + length > bytes.length) break;
    if (kind === KIND.mss && length === MSS_BYTES) options.mss = readU16(bytes, at + 2);
    if (kind === KIND.windowScale && length === WINDOW_SCALE_BYTES) {
      options.windowScale = Math.min(bytes[at + 2] ?? 0, MOST_WINDOW_SCALE);
    }
    at += length;
  }
  return options;
}

/** Bytes of the options in a header: a multiple of four. */
export function optionBytes({ mss, windowScale }: TcpOptions): number {
  const bytes = (mss === undefined ? 0 : MSS_BYTES) + (windowScale === undefined ? 0 : WINDOW_SCALE_BYTES);
  return Math.ceil(bytes / 4) * 4;
}

/** Writes options to zeroed bytes, whose rest then is the end of options and padding. */
export function writeOptions(bytes: Uint8Array, { mss, windowScale }: TcpOptions): void {
  let at = 0;
  if (mss !== undefined) {
    bytes.set([KIND.mss, MSS_BYTES], at);
    writeU16(bytes, at + 2, mss);
    at += MSS_BYTES;
  }
  if (windowScale !== undefined) bytes.set([KIND.windowScale, WINDOW_SCALE_BYTES, windowScale], at);
}
