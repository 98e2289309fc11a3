import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { Transform, Writable, type Readable, type TransformCallback } from 'node:stream';
import { createGzip } from 'node:zlib';

/** One way in which a server fails. */
export type Fault =
  /** One bit of the byte at `at` of the file is flipped, whatever range is asked for; without `at`, in the middle of each answer. */
  | { readonly kind: 'wrong-byte'; readonly at?: number }
  /** `lacking` bytes fewer (default 1), and a Content-Length that says so: the file is truncated. */
  | { readonly kind: 'short-body'; readonly lacking?: number }
  /** 200 and the whole file in answer to a Range request. */
  | { readonly kind: 'range-ignored' }
  /** 206 whose Content-Range names another range than was asked for. */
  | { readonly kind: 'another-range' }
  /** The bytes come gzipped, with the header that says so. */
  | { readonly kind: 'encoded' }
  | { readonly kind: 'redirect-loop' }
  /** Headers and `after` bytes (0: headers alone), then nothing; without `after`, nothing at all. */
  | { readonly kind: 'stalled'; readonly after?: number }
  /** The connection breaks after headers and `after` bytes. */
  | { readonly kind: 'dropped'; readonly after: number }
  /** `retryAfter`: the header as it is, seconds or an HTTP-date. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Answers well, but allows no other origin to read it. */
  | { readonly kind: 'no-cors' };

/** An answer on its way. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Readable;
  /** What the body goes through, in turn. */
  readonly steps: readonly Transform[];
}

/** The faults that answer without looking at the file. */
type Refusal = Extract<Fault, { readonly kind: 'redirect-loop' | 'status' }>;

const CORS = {
  'access-control-allow-origin': '*',
  // Without this, pages of other origins do not see the header.
  'access-control-expose-headers': 'Content-Encoding, Content-Length, Content-Range, ETag, Retry-After',
} as const;

/** What is asked of the file's server for a request with this fault. */
export function askedWith(fault: Fault | undefined, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (fault?.kind !== 'range-ignored') return headers;
  const { range: _, 'if-range': __, ...rest } = headers;
  return rest;
}

/** True for faults for which the file does not matter. */
export function isRefusal(fault: Fault): fault is Refusal {
  return fault.kind === 'redirect-loop' || fault.kind === 'status';
}

/** Status, headers and text of such an answer. @param path that was asked for */
export function refusal(fault: Refusal, path: string): Omit<Answer, 'body' | 'steps'> & { readonly text: string } {
  const headers = { ...CORS, 'cache-control': 'no-store', 'content-type': 'text/plain' };
  if (fault.kind === 'redirect-loop') return { status: 302, headers: { ...headers, location: path }, text: '' };
  const again = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
  return { status: fault.status, headers: { ...headers, ...again }, text: `${fault.status}\n` };
}

/** The answer as this fault spoils it. Those that concern the connection leave it as it is. */
export function spoil(fault: Fault | undefined, answer: Answer): Answer {
  switch (fault?.kind) {
    case 'wrong-byte':
      return through(answer, flip(fault.at === undefined ? lengthOf(answer) >> 1 : fault.at - startOf(answer)));
    case 'short-body':
      return cutShort(answer, fault.lacking ?? 1);
    case 'another-range':
      return withHeaders(answer, { 'content-range': elsewhere(answer) });
    case 'encoded':
      return encoded(answer);
    case 'no-cors':
      return withoutHeaders(answer, /^(?:access-control-|cross-origin-)/);
    default:
      return answer;
  }
}

/**
 * Writes `limit` bytes to `target`, then calls `onLimit` and takes nothing more.
 * @param onSent hears of the bytes of each piece
 */
export function breakingOff(
  target: Writable,
  limit: number,
  { onSent, onLimit }: { readonly onSent: (bytes: number) => void; readonly onLimit: () => void },
): Writable {
  let left = limit;
  const gate = new Writable({
    write(bytes: Buffer, _, done) {
      const piece = bytes.subarray(0, left);
      left -= piece.length;
      onSent(piece.length);
      // Only what has left the process arrives: the connection is cut after that.
      target.write(piece, () => (left === 0 ? onLimit() : done()));
    },
  });
  target.once('close', () => gate.destroy());
  return gate;
}

/** Tells how many bytes pass. */
export function counting(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(bytes: Buffer, _, done: TransformCallback) {
      onBytes(bytes.length);
      done(null, bytes);
    },
  });
}

function upTo(limit: number): Transform {
  let left = limit;
  return new Transform({
    transform(bytes: Buffer, _, done: TransformCallback) {
      const piece = bytes.subarray(0, left);
      left -= piece.length;
      done(null, piece);
    },
  });
}

function flip(position: number): Transform {
  let passed = 0;
  return new Transform({
    transform(bytes: Buffer, _, done: TransformCallback) {
      const at = position - passed;
      passed += bytes.length;
      const copy = Buffer.from(bytes);
      if (at >= 0 && at < copy.length) copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      done(null, copy);
    },
  });
}

function cutShort(answer: Answer, lacking: number): Answer {
  const length = Math.max(0, lengthOf(answer) - lacking);
  return through(withHeaders(answer, { 'content-length': length }), upTo(length));
}

function encoded(answer: Answer): Answer {
  const plain = withoutHeaders(answer, /^(?:content-length|accept-ranges)$/);
  const exposed = CORS['access-control-expose-headers'];
  const told = withHeaders(plain, { 'content-encoding': 'gzip', 'access-control-expose-headers': exposed });
  return through(told, createGzip());
}

/** `bytes 10-19/100` says 11-19. */
function elsewhere({ headers }: Answer): string {
  return String(headers['content-range']).replace(/\d+/, (first) => String(Number(first) + 1));
}

function startOf({ headers }: Answer): number {
  return Number(/^bytes (\d+)-/.exec(String(headers['content-range']))?.[1] ?? 0);
}

function lengthOf({ headers }: Answer): number {
  return Number(headers['content-length'] ?? 0);
}

function through(answer: Answer, step: Transform): Answer {
  return { ...answer, steps: [...answer.steps, step] };
}

function withHeaders(answer: Answer, headers: OutgoingHttpHeaders): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function withoutHeaders(answer: Answer, names: RegExp): Answer {
  const headers = Object.entries(answer.headers).filter(([name]) => !names.test(name));
  return { ...answer, headers: Object.fromEntries(headers) };
}
