/**
 * Most bytes of a line; what is longer is cut, so that a guest cannot grow the host's memory. The longest that has a
 * meaning is the agent's answer with two full streams of output: twice 16 MiB in base64.
 */
const MAX_LINE = 48 * 1024 * 1024;
const FIRST_CAPACITY = 256;
const [LF, CR] = [0x0a, 0x0d];

/** Cuts a stream of bytes into lines at LF; CR before it goes too. Bytes are read as Latin-1: the callers' lines are ASCII. */
export class LineSplitter {
  #line = new Uint8Array(FIRST_CAPACITY);
  #length = 0;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes one byte. */
  push(byte: number): void {
    if (byte === LF) this.#end();
    else if (this.#length < MAX_LINE) this.#add(byte);
  }

  /** Forgets the unfinished line. */
  reset(): void {
    if (this.#line.length > FIRST_CAPACITY) this.#line = new Uint8Array(FIRST_CAPACITY);
    this.#length = 0;
  }

  #add(byte: number): void {
    if (this.#length === this.#line.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#line);
      this.#line = longer;
    }
    this.#line[this.#length++] = byte;
  }

  #end(): void {
    let length = this.#length;
    while (length > 0 && this.#line[length - 1] === CR) length--;
    const line = latin1(this.#line.subarray(0, length));
    this.reset();
    this.#onLine(line);
  }
}

function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4096) parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)));
  return parts.join('');
}
