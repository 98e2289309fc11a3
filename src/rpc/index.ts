/**
 * Calls and streams of bytes between threads: handshake, errors with codes, cancellation, back-pressure, and how a thread asks
 * for a port. The only place that
 * knows Comlink. Not here: what is called.
 */
export { BUILD } from './build.ts';
export { ByteChannel } from './byte-channel.ts';
export { connect, type Connection, type ConnectOptions } from './connect.ts';
export { answerPortRequest, requestPort } from './port-request.ts';
export { serve } from './serve.ts';
