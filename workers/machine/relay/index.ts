/** The machine's way to a relay: WebSockets, and what the user has set. Not here: the protocol (#domain/wisp). */
export { dialRelay } from './dial-relay.ts';
export { openRelaySetting, type RelaySetting } from './relay-setting.ts';
