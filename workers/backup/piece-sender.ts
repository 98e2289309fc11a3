import { concatBytes } from '#domain/bytes/index.ts';

/** Bytes that are sent at a time: each message takes a moment, and each is held twice. */
const MESSAGE_BYTES = 4 * 1024 * 1024;

/** Sends a run of bytes in messages of a fair size. */
export class PieceSender {
  readonly #take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  #waiting: Uint8Array[] = [];
  #bytes = 0;

  constructor(take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>) {
    this.#take = take;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= MESSAGE_BYTES) await this.flush();
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    const message = concatBytes(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    if (message.length > 0) await this.#take(message);
  }
}
