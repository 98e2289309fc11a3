/** What a Range request asks for of a representation. */
export type RangeChoice =
  /** All of it, in an answer 200. */
  | { readonly name: 'whole' }
  /** These bytes, both ends included, in an answer 206. */
  | ({ readonly name: 'part' } & ByteSpan)
  /** Nothing that there is: 416. */
  | { readonly name: 'unsatisfiable' };

/** Bytes from `first` to `last`, both included. */
export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a Range header (RFC 9110, 14.1 and 14.2). As the RFC allows, one that is not understood is answered as if it
 * were not there: another unit, a wrong form, several ranges.
 * @param size length of the representation in bytes
 */
export function chooseRange(header: string | null, size: number): RangeChoice {
  const [, set] = /^bytes=(.*)$/is.exec(header?.trim() ?? '') ?? [];
  const [spec, ...more] = (set ?? '').split(',').flatMap((each) => each.trim() || []);
  const [, first, last] = /^(\d*)-(\d*)$/.exec(spec ?? '') ?? [];
  if (first === undefined || last === undefined || more.length > 0 || first + last === '') return { name: 'whole' };
  return first === '' ? suffix(Number(last), size) : run(Number(first), last === '' ? Infinity : Number(last), size);
}

function run(first: number, last: number, size: number): RangeChoice {
  if (last < first) return { name: 'whole' };
  if (first >= size) return { name: 'unsatisfiable' };
  return { name: 'part', first, last: Math.min(last, size - 1) };
}

function suffix(length: number, size: number): RangeChoice {
  if (length === 0) return { name: 'unsatisfiable' };
  // Satisfiable by the RFC's words, but no Content-Range can name a part of nothing.
  if (size === 0) return { name: 'whole' };
  return { name: 'part', first: Math.max(0, size - length), last: size - 1 };
}

/** The chunks, `chunkBytes` long each, that have bytes of a span: from `first` to `last`, both included. */
export function chunksOf({ first, last }: ByteSpan, chunkBytes: number): ByteSpan {
  return { first: Math.floor(first / chunkBytes), last: Math.floor(last / chunkBytes) };
}
