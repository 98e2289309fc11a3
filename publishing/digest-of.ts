import { createHash } from 'node:crypto';
import { digestFromBytes, type Digest } from '#domain/container/index.ts';

/** SHA-256 of bytes that are in memory. */
export function digestOf(bytes: Uint8Array): Digest {
  return digestFromBytes(createHash('sha256').update(bytes).digest());
}
