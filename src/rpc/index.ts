/** Calls between threads: handshake, errors with codes, cancellation. The only place that knows Comlink. Not here: what is called. */
export { BUILD } from './build.ts';
export { connect, type Connection, type ConnectOptions } from './connect.ts';
export { serve } from './serve.ts';
