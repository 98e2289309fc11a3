import type { PackedStream } from '#domain/packages/archive/index.ts';
import { unpackMembers } from './gzip-members.ts';
import { throughStream } from './streams.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A member without content (RFC 1952). */
const EMPTY_MEMBER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

let known: Promise<boolean> | undefined;

/**
 * Unpacks gzip with what the platform has, and compares CRC32 and length. Of several members, Node's stream gives all; those
 * of browsers fail where the second begins, as the Compression Standard wants it, so they get one at a time.
 */
export async function* unpackGzip(
  stream: PackedStream,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  known ??= readsMembers();
  if (await known) yield* throughStream(stream, packed, gunzip);
  else yield* unpackMembers(stream, packed);
}

function gunzip(packed: ReadableStream<Bytes>): ReadableStream<Uint8Array> {
  return packed.pipeThrough(new DecompressionStream('gzip'));
}

async function readsMembers(): Promise<boolean> {
  const two = new Blob([Uint8Array.from([...EMPTY_MEMBER, ...EMPTY_MEMBER])]);
  return new Response(gunzip(two.stream())).arrayBuffer().then(
    () => true,
    () => false,
  );
}
