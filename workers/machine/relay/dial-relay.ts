import type { RelayLink, RelayLinkEvents } from '#domain/wisp/index.ts';
import { SocketLink } from './socket-link.ts';
import { StreamLink } from './stream-link.ts';

/** Connects to a relay, with a WebSocket that can be held back where the browser has such. */
export function dialRelay(url: string, events: RelayLinkEvents): RelayLink {
  return 'WebSocketStream' in globalThis ? new StreamLink(url, events) : new SocketLink(url, events);
}
