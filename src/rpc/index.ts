/**
 * Calls, streams of bytes, HTTP requests and WebSockets between threads: handshake, errors with codes, cancellation,
 * back-pressure, and how a thread asks for a port. The only place that knows Comlink. Not here: what is called.
 */
export { askApp, type AppDestination } from './ask-app.ts';
export { BUILD, ORIGINS } from './build.ts';
export { ByteChannel } from './byte-channel.ts';
export { connect, type Connection, type ConnectOptions } from './connect.ts';
export { answerPortRequest, answerWithService, requestPort, requestPortOfAny } from './port-request.ts';
export { serve } from './serve.ts';
export {
  messageBytes,
  parseFromPage,
  parseToPage,
  bindSocket,
  refuseSocket,
  type FromPageSocket,
  type ToPageSocket,
} from './socket-messages.ts';
