import type { ByteStreams } from '#ports/byte-streams.ts';

/**
 * Connects to a port of the guest. The signal breaks the connection off at any time, once it is open, too: nothing else gets past
 * a write that the server does not take.
 * @throws AppError `net/*`; the signal's reason
 */
export type Connect = (port: number, options: { readonly signal: AbortSignal }) => Promise<ByteStreams>;
