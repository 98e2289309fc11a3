import { concatBytes } from '#domain/bytes/index.ts';
import type { PackedStream } from '#domain/packages/archive/index.ts';
import { GzipMember } from './gzip-member.ts';

/** Bytes of a member's length, the last field of its trailer (RFC 1952, 2.3.1). */
const LENGTH_BYTES = 4;
/** Bytes at the end of what is there that may belong to a trailer and the begin of a header. */
const HELD_BYTES = LENGTH_BYTES + 3;

/**
 * Unpacks gzip one member at a time. Decompression streams do not say where one ends: it is where what looks like a header
 * follows a length that is just what has come out.
 */
export async function* unpackMembers(
  { what }: PackedStream,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let member = new GzipMember(what);
  let held: Uint8Array = new Uint8Array();
  try {
    for await (const piece of packed) {
      let rest: Uint8Array = concatBytes([held, piece]);
      for (let end = headerAt(rest); end !== undefined; end = headerAt(rest)) {
        yield* pushTo(member, rest, end);
        rest = rest.subarray(end);
        if (!member.isWhole) continue;
        yield* member.end();
        member = new GzipMember(what);
      }
      const surely = Math.max(0, rest.length - HELD_BYTES);
      yield* member.push(rest.subarray(0, surely));
      held = rest.slice(surely);
    }
    yield* member.push(held);
    yield* member.end();
  } finally {
    member.close();
  }
}

/** Gives a member its bytes, the length by itself: when that has gone in, all that the others hold has come out. */
async function* pushTo(member: GzipMember, bytes: Uint8Array, end: number): AsyncGenerator<Uint8Array, void> {
  const length = Math.max(0, end - LENGTH_BYTES);
  yield* member.push(bytes.subarray(0, length));
  yield* member.push(bytes.subarray(length, end));
}

/** Where the next header may begin, after the first byte; undefined for nowhere. */
function headerAt(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(0x1f, 1); at > 0; at = bytes.indexOf(0x1f, at + 1)) {
    // Two bytes that are always the same, deflate, no flags that are reserved.
    const [second, method, flags = 0xff] = bytes.subarray(at + 1, at + 4);
    if (second === 0x8b && method === 8 && flags < 0x20) return at;
  }
  return undefined;
}
