/** Most characters of a line; what is longer is cut, so that a guest cannot grow the host's memory. */
const MAX_LINE = 32 * 1024 * 1024;

/** Cuts a stream of bytes into lines at LF; CR before it goes too. Bytes are read as Latin-1: the callers' lines are ASCII. */
export class LineSplitter {
  #parts: string[] = [];
  #length = 0;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes one byte. */
  push(byte: number): void {
    if (byte === 0x0a) this.#end();
    else if (byte !== 0x0d && this.#length < MAX_LINE) this.#add(String.fromCharCode(byte));
  }

  /** Forgets the unfinished line. */
  reset(): void {
    this.#parts = [];
    this.#length = 0;
  }

  #add(character: string): void {
    this.#parts.push(character);
    this.#length++;
  }

  #end(): void {
    const line = this.#parts.join('');
    this.reset();
    this.#onLine(line);
  }
}
