import { AppError } from '#domain/errors/index.ts';

/** `PTLS`, then u32le: version of this form, bytes of the screen, bytes of v86's state; then both. */
const MAGIC = 0x534c5450;
const VERSION = 1;
const HEADER_BYTES = 16;

/** A machine's state as this engine saves it: v86's own, and what the terminal showed. */
export interface SavedState {
  readonly screen: Uint8Array<ArrayBuffer>;
  readonly machine: ArrayBuffer;
}

/** A state as bytes, in parts that are one run when put together. v86's begins at a multiple of 4, as v86 reads words. */
export function encodeState(state: SavedState): readonly Uint8Array<ArrayBuffer>[] {
  const head = new Uint8Array(align(HEADER_BYTES + state.screen.length));
  new Uint32Array(head.buffer, 0, 4).set([MAGIC, VERSION, state.screen.length, state.machine.byteLength]);
  head.set(state.screen, HEADER_BYTES);
  return [head, new Uint8Array(state.machine)];
}

/**
 * Takes a state apart.
 * @throws AppError `state/corrupt`
 */
export function decodeState(bytes: Uint8Array<ArrayBuffer>): SavedState {
  if (bytes.length < HEADER_BYTES) throw corrupt('it is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [magic, version, screenBytes, machineBytes] = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  if (magic !== MAGIC || version !== VERSION) throw corrupt('it is of another form');
  const screenEnd = align(HEADER_BYTES + (screenBytes ?? 0));
  if (screenEnd + (machineBytes ?? 0) !== bytes.length) throw corrupt('its length is not what its header says');
  return {
    screen: bytes.slice(HEADER_BYTES, HEADER_BYTES + (screenBytes ?? 0)),
    machine: bytes.buffer.slice(bytes.byteOffset + screenEnd, bytes.byteOffset + bytes.length),
  };
}

function align(offset: number): number {
  return (offset + 3) & ~3;
}

function corrupt(detail: string): AppError {
  return new AppError('state/corrupt', { detail });
}
