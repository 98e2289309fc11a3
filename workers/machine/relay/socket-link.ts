import type { RelayLink, RelayLinkEvents } from '#domain/wisp/index.ts';
import { endingOf, NOT_OPENED } from './ending.ts';

/** Bytes that may wait to be sent, and milliseconds between two looks at how many do. */
const MOST_WAITING_BYTES = 1024 * 1024;
const LOOK_MS = 10;

/** A relay's WebSocket as all browsers have it: what comes cannot be held back. */
export class SocketLink implements RelayLink {
  readonly #socket: WebSocket;

  constructor(url: string, events: RelayLinkEvents) {
    const socket = new WebSocket(url);
    let isOpen = false;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      isOpen = true;
      events.opened();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) events.message(new Uint8Array(data));
    });
    socket.addEventListener('close', (event) => events.ended(isOpen ? endingOf(event) : NOT_OPENED));
    this.#socket = socket;
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  async room(): Promise<void> {
    const { OPEN } = WebSocket;
    while (this.#socket.readyState === OPEN && this.#socket.bufferedAmount > MOST_WAITING_BYTES) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  hold(): void {
    // Nothing to do: a WebSocket has no way to hold back.
  }

  close(): void {
    this.#socket.close();
  }
}
