import { ReachAppsSchema, type ReachApps } from '#rpc/index.ts';
import * as v from 'valibot';

const MessageSchema = v.variant('type', [
  /** The page is there; then whether its service worker may be. */
  v.object({ type: v.literal('RELAY'), state: v.picklist(['here', 'ready', 'refused']) }),
  ReachAppsSchema,
  /** What asked is no longer there. */
  v.object({ type: v.literal('ASKER_ENDED'), asker: v.string() }),
]);
type Message = v.InferOutput<typeof MessageSchema>;

/** Milliseconds in which the frame's page says that it is there, once something has been loaded: a browser's error page, perhaps. */
const HERE_MS = 3000;
/** Milliseconds in which anything is loaded. */
const LOAD_MS = 15_000;

export interface RelayEvents {
  /** Whether apps can be at that origin. It may turn out late that they can. */
  onUsable(usable: boolean): void;
  onReach(message: ReachApps, reply: MessagePort): void;
  onEnded(asker: string): void;
}

/** The hidden frame of the origin of apps, through which its service worker asks. */
export class RelayFrame {
  readonly #origin: string;
  readonly #frame = document.createElement('iframe');
  readonly #events: RelayEvents;
  #isHere = false;

  constructor(origin: string, events: RelayEvents) {
    this.#origin = origin;
    this.#events = events;
    addEventListener('message', ({ data, origin: from, source, ports: [reply] }) => {
      if (from !== origin || source !== this.#frame.contentWindow) return;
      const message = v.safeParse(MessageSchema, data);
      if (message.success) this.#take(message.output, reply);
    });
    this.#open();
  }

  /** Says something to the service worker there. */
  post(message: object, reply: MessagePort): void {
    this.#frame.contentWindow?.postMessage(message, this.#origin, [reply]);
  }

  #open(): void {
    this.#frame.hidden = true;
    this.#frame.title = 'Way to the pages of machines';
    this.#frame.src = `${this.#origin}/relay.html`;
    this.#frame.addEventListener('load', () => this.#missAfter(HERE_MS));
    document.body.append(this.#frame);
    this.#missAfter(LOAD_MS);
  }

  #missAfter(milliseconds: number): void {
    setTimeout(() => this.#isHere || this.#events.onUsable(false), milliseconds);
  }

  #take(message: Message, reply: MessagePort | undefined): void {
    switch (message.type) {
      case 'RELAY':
        this.#isHere = true;
        return message.state === 'here' ? undefined : this.#events.onUsable(message.state === 'ready');
      case 'REACH_APPS':
        return reply && this.#events.onReach(message, reply);
      case 'ASKER_ENDED':
        return this.#events.onEnded(message.asker);
    }
  }
}
