import { packet } from '@mercuryworkshop/wisp-js/server';
import { Relay, type RelayLink, type RelayLinkEvents, type RelayState } from '#domain/wisp/index.ts';
import { VirtualClock, settle } from '../../net/support/virtual-clock.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Said = ReturnType<typeof packet.WispPacket.parse_all>;

export const CONNECT = 1;
export const DATA = 2;
export const CLOSE = 4;
export const INFO = 5;

/** The relay's end of one WebSocket, in the hands of a test; reads and writes packets with wisp-js. */
export class RelayEnd implements RelayLink {
  readonly url: string;
  /** What was said to it and not looked at yet. */
  readonly said: Said[] = [];
  readonly #events: RelayLinkEvents;
  /** Is told of each packet at once. */
  onPacket: (said: Said) => void = (said) => void this.said.push(said);
  isHeld = false;
  isClosed = false;
  /** What `room` waits for. */
  full: Promise<void> | undefined;

  constructor(url: string, events: RelayLinkEvents) {
    this.url = url;
    this.#events = events;
  }

  send(message: Bytes): void {
    if (!this.isClosed) this.onPacket(packet.WispPacket.parse_all(new packet.WispBuffer(message)));
  }

  async room(): Promise<void> {
    await this.full;
  }

  hold(held: boolean): void {
    this.isHeld = held;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Opens it and says how many packets it takes of a stream. */
  greet(room = 100): void {
    this.#events.opened();
    this.continue(0, room);
  }

  open(): void {
    this.#events.opened();
  }

  end(detail: string): void {
    this.#events.ended(detail);
  }

  data(stream: number, bytes: Uint8Array): void {
    this.#say(2, stream, new packet.DataPayload({ data: new packet.WispBuffer(bytes) }));
  }

  continue(stream: number, room: number): void {
    this.#say(3, stream, new packet.ContinuePayload({ buffer_remaining: room }));
  }

  closeStream(stream: number, reason: number): void {
    this.#say(4, stream, new packet.ClosePayload({ reason }));
  }

  /** @param extensions as they are in the packet */
  info(extensions: Uint8Array): void {
    this.#say(
      5,
      0,
      new packet.InfoPayload({ major_ver: 2, minor_ver: 0, extensions: new packet.WispBuffer(extensions) }),
    );
  }

  /** What was said since the last call. */
  heard(): readonly Said[] {
    return this.said.splice(0);
  }

  #say(type: number, stream_id: number, payload: unknown): void {
    this.#events.message(new packet.WispPacket({ type, stream_id, payload }).serialize().bytes);
  }
}

/** A relay of the domain, and the other ends of the WebSockets that it makes. */
export class Relayed {
  readonly clock = new VirtualClock();
  readonly ends: RelayEnd[] = [];
  readonly states: RelayState[] = [];
  readonly relay = new Relay({
    clock: this.clock,
    random: () => 0.5,
    onState: (state) => void this.states.push(state),
    dial: (url, events) => {
      const end = new RelayEnd(url, events);
      this.ends.push(end);
      return end;
    },
  });

  /** The end of the newest WebSocket. */
  get end(): RelayEnd {
    const end = this.ends.at(-1);
    if (!end) throw new Error('nobody was asked');
    return end;
  }

  async pass(milliseconds: number): Promise<void> {
    let over = false;
    this.clock.after(milliseconds, () => void (over = true));
    await this.clock.run(this.clock.now() + milliseconds, () => over);
    await settle();
  }
}
