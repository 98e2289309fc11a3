/** Bytes given to the port at a time. v86 keeps them in an array that it shifts: long ones cost quadratic time. */
const PIECE_BYTES = 4096;
/** Milliseconds until a port that still holds bytes is looked at again: time in which the guest's programs run, too. */
const RETRY_MS = 2;

/** The wires of a serial port towards the guest. */
export interface SerialWires {
  send(bytes: Uint8Array): void;
  /** Bytes that the guest's driver has not taken yet. */
  waiting(): number;
}

/** Paces what goes to a serial port, as no flow control of its own does: Linux drops what its reader does not fetch in time. */
export class SerialInput {
  readonly #wires: SerialWires;
  #bytes = new Uint8Array();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(wires: SerialWires) {
    this.#wires = wires;
  }

  /** Bytes that the guest has not taken yet. */
  get pending(): number {
    return this.#bytes.length + this.#wires.waiting();
  }

  send(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
    this.#pump();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#bytes = new Uint8Array();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#wires.waiting() === 0) {
      this.#wires.send(this.#bytes.subarray(0, PIECE_BYTES));
      this.#bytes = this.#bytes.subarray(PIECE_BYTES);
    }
    if (this.#bytes.length > 0) this.#timer = setTimeout(() => this.#pump(), RETRY_MS);
  }
}
