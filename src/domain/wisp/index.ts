/**
 * The guest's way to the world: its connections as streams of a relay (the wisp protocol,
 * https://github.com/MercuryWorkshop/wisp-protocol) and addresses that stand for names. Packets go in and come out; time and the
 * WebSocket are given. Not here: TCP/IP, WebSockets.
 */
export type { RelayLink, RelayLinkEvents } from './connection.ts';
export { Relay, type RelayState } from './relay.ts';
export { parseRelayUrl } from './relay-url.ts';
