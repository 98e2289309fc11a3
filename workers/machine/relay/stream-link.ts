import { Wakeup } from '#domain/async/index.ts';
import type { RelayLink, RelayLinkEvents } from '#domain/wisp/index.ts';
import { endingOf, NOT_OPENED } from './ending.ts';

type Message = Uint8Array<ArrayBuffer>;

/** A relay's WebSocket as streams: what is not read holds the relay back. */
export class StreamLink implements RelayLink {
  readonly #events: RelayLinkEvents;
  readonly #opening = new AbortController();
  readonly #stream: WebSocketStream;
  readonly #resumed = new Wakeup();
  #writer: WritableStreamDefaultWriter<Message> | undefined;
  #held = false;

  constructor(url: string, events: RelayLinkEvents) {
    this.#events = events;
    this.#stream = new WebSocketStream(url, { signal: this.#opening.signal });
    this.#run().catch(() => undefined);
    this.#stream.closed.then(
      ({ closeCode, reason }) => events.ended(endingOf({ code: closeCode, reason })),
      () => events.ended(this.#writer ? endingOf({ code: 1006, reason: '' }) : NOT_OPENED),
    );
  }

  send(message: Message): void {
    // That it has ended is told by `closed`.
    this.#writer?.write(message).catch(() => undefined);
  }

  async room(): Promise<void> {
    await this.#writer?.ready.catch(() => undefined);
  }

  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#resumed.wake();
  }

  close(): void {
    this.hold(false);
    // The signal is for the time before it is open.
    this.#opening.abort();
    if (this.#writer) this.#stream.close();
  }

  async #run(): Promise<void> {
    const { readable, writable } = await this.#stream.opened;
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => undefined);
    this.#events.opened();
    const reader = readable.getReader();
    for (;;) {
      if (this.#held) await this.#resumed.next();
      const { done, value } = await reader.read();
      if (done) return;
      if (typeof value !== 'string') this.#events.message(new Uint8Array(value));
    }
  }
}
