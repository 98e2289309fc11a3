import type { Ipv4Address } from './address.ts';
import { readU16, writeU16, writeU32, type Bytes } from './wire.ts';

const HEADER_BYTES = 12;
/** Type and class. */
const QUESTION_TAIL_BYTES = 4;
const MOST_NAME_BYTES = 255;
const MOST_LABEL_BYTES = 63;
/** Of an answer's fields that name the question's name, type A, class IN, time to live, length and address. */
const ANSWER_BYTES = 16;
/** A pointer to the name right after the header (RFC 1035, 4.1.4). */
const QUESTION_NAME = 0xc000 | HEADER_BYTES;

const FLAG = { response: 0x8000, authoritative: 0x0400, recursionDesired: 0x0100, recursionAvailable: 0x0080 } as const;
const OPCODE_MASK = 0x7800;

export const DNS_TYPE = { a: 1, any: 255 } as const;
export const DNS_CLASS = { internet: 1, any: 255 } as const;
export const DNS_CODE = { ok: 0, formatError: 1, noSuchName: 3, notImplemented: 4 } as const;

/** A query (RFC 1035) with its one question. */
export interface DnsQuery {
  readonly id: number;
  /** 0 for an ordinary query. */
  readonly opcode: number;
  readonly recursionDesired: boolean;
  /** Lower case, with dots, without one at the end. Bytes outside of ASCII stand for themselves, as in Latin-1. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The question as it came: answers repeat it, upper and lower case included. */
  readonly question: Uint8Array;
}

/** What cannot be read, and whom to tell. */
export interface DnsGarbage {
  readonly id: number;
  readonly garbage: true;
}

/**
 * Reads a query. What follows the question (EDNS, say) is passed over, as RFC 6891 allows a server that knows nothing of it.
 * Undefined for what nobody expects an answer to: answers, and what has no whole header.
 */
export function decodeDnsQuery(bytes: Uint8Array): DnsQuery | DnsGarbage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const [id, flags, questions] = [readU16(bytes, 0), readU16(bytes, 2), readU16(bytes, 4)];
  if ((flags & FLAG.response) !== 0) return undefined;
  const name = questions === 1 ? decodeName(bytes, HEADER_BYTES) : undefined;
  if (!name || name.end + QUESTION_TAIL_BYTES > bytes.length) return { id, garbage: true };
  return {
    id,
    opcode: (flags & OPCODE_MASK) >>> 11,
    recursionDesired: (flags & FLAG.recursionDesired) !== 0,
    name: name.text,
    type: readU16(bytes, name.end),
    class: readU16(bytes, name.end + 2),
    question: bytes.subarray(HEADER_BYTES, name.end + QUESTION_TAIL_BYTES),
  };
}

/** An answer to `query`; `address` is there for the name, or not. */
export function encodeDnsAnswer(
  query: DnsQuery,
  code: number,
  address?: { value: Ipv4Address; seconds: number },
): Bytes {
  const bytes = new Uint8Array(HEADER_BYTES + query.question.length + (address ? ANSWER_BYTES : 0));
  const asked = query.recursionDesired ? FLAG.recursionDesired : 0;
  writeU16(bytes, 0, query.id);
  writeU16(
    bytes,
    2,
    FLAG.response | FLAG.authoritative | FLAG.recursionAvailable | asked | (query.opcode << 11) | code,
  );
  writeU16(bytes, 4, 1);
  writeU16(bytes, 6, address ? 1 : 0);
  bytes.set(query.question, HEADER_BYTES);
  if (address) writeAnswer(bytes.subarray(HEADER_BYTES + query.question.length), address.value, address.seconds);
  return bytes;
}

/** An answer to what could not be read: a header alone. */
export function encodeDnsFormatError(id: number): Bytes {
  const bytes = new Uint8Array(HEADER_BYTES);
  writeU16(bytes, 0, id);
  writeU16(bytes, 2, FLAG.response | DNS_CODE.formatError);
  return bytes;
}

function writeAnswer(bytes: Uint8Array, address: Ipv4Address, seconds: number): void {
  writeU16(bytes, 0, QUESTION_NAME);
  writeU16(bytes, 2, DNS_TYPE.a);
  writeU16(bytes, 4, DNS_CLASS.internet);
  writeU32(bytes, 6, seconds);
  writeU16(bytes, 10, 4);
  writeU32(bytes, 12, address);
}

/** A question comes first, so its name has nothing to point to: a pointer is refused like any other nonsense. */
function decodeName(bytes: Uint8Array, begin: number): { text: string; end: number } | undefined {
  const labels: string[] = [];
  let at = begin;
  for (;;) {
    const length = bytes[at++];
    if (length === undefined || length > MOST_LABEL_BYTES || at + length - begin > MOST_NAME_BYTES) return undefined;
    if (length === 0) return { text: labels.join('.'), end: at };
    if (at + length > bytes.length) return undefined;
    labels.push(String.fromCharCode(...bytes.subarray(at, at + length)).toLowerCase());
    at += length;
  }
}
