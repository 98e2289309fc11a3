import { digestFromBytes, type Digest } from '#domain/container/index.ts';

/** SHA-256 of `bytes`, by the platform's own code. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Digest> {
  return digestFromBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
