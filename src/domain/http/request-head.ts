import { bytesOfString } from '../bytes/index.ts';
import { AppError } from '../errors/index.ts';
import { fieldValues, isFieldValue, isToken, type HeaderList } from './header.ts';

/** What a request begins with. */
export interface RequestHead {
  readonly method: string;
  /** Path and query, as they go on the wire (RFC 9112, 3.2.1: the origin form). */
  readonly target: string;
  readonly headers: HeaderList;
}

/** What a URL's path and query consist of once they are escaped; a line's end or a space would be a second request. */
const TARGET = /^\/[\x21-\x22\x24-\x7e]*$/;
/** RFC 9110, 9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** True when sending the request twice does no more than sending it once. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}

/**
 * The bytes of a request up to its body.
 * @throws AppError `app/bad-request` when a part is not what it has to be: nothing that is given can become another header or request
 */
export function encodeRequestHead(head: RequestHead): Uint8Array<ArrayBuffer> {
  check(head);
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return bytesOfString(`${head.method} ${head.target} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

function check({ method, target, headers }: RequestHead): void {
  if (!isToken(method) || method === 'CONNECT') throw refuse(`the method ${JSON.stringify(method)}`);
  if (!TARGET.test(target) && !(method === 'OPTIONS' && target === '*')) throw refuse('its path');
  for (const [name, value] of headers) {
    if (!isToken(name)) throw refuse(`a header named ${JSON.stringify(name)}`);
    if (!isFieldValue(value)) throw refuse(`the value of the header ${name}`);
  }
  if (fieldValues(headers, 'host').length !== 1) throw refuse('other than one Host header');
}

function refuse(detail: string): AppError {
  return new AppError('app/bad-request', { detail });
}
