import type { Measured } from '#domain/progress/index.ts';

/** How a transfer stands: bytes that have arrived and been verified. */
export type TransferProgress = Measured;
