/** Verifies chunks as the chunk cache does, and fetches the same bytes plainly. Both give MB/s (of 10^6 bytes). */
import { CHUNK_BYTES, type Digest } from '#domain/container/index.ts';
import { sha256 } from '#storage/index.ts';

/** Chunks that are looked at at once: those of one request to a server. */
const BATCH = 32;

type Chunk = Uint8Array<ArrayBuffer>;

declare global {
  interface Window {
    speeds: { verify(): Promise<number>; plainFetch(): Promise<number> };
  }
}

const content = new Uint8Array(await download());
const chunks = Array.from({ length: content.length / CHUNK_BYTES }, (_, i) => chunkAt(i));
const digests = await Promise.all(chunks.map(sha256));

window.speeds = { verify, plainFetch: () => timed(download) };

function chunkAt(index: number): Chunk {
  return content.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
}

async function download(): Promise<ArrayBuffer> {
  const answer = await fetch('content.bin', { cache: 'no-store' });
  return answer.arrayBuffer();
}

function verify(): Promise<number> {
  return timed(async () => {
    for (let at = 0; at < chunks.length; at += BATCH) await verifyBatch(at);
  });
}

async function verifyBatch(at: number): Promise<void> {
  const found = await Promise.all(chunks.slice(at, at + BATCH).map(sha256));
  const same = (digest: Digest, i: number): boolean => digest === digests[at + i];
  if (!found.every(same)) throw new Error('a digest differs');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return content.length / 1000 / (performance.now() - start);
}
