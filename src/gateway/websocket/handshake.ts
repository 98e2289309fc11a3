import { AppError } from '#domain/errors/index.ts';
import { fieldTokens, fieldValue, fieldValues, isToken, withoutFields, type HeaderList } from '#domain/http/index.ts';
import type { HttpRequest } from '../http/message.ts';

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const VERSION = '13';
const OURS = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'];

/** The request that opens a WebSocket, but for what every change of protocol has. @throws AppError `app/bad-request` */
export function handshakeRequest(
  target: string,
  headers: HeaderList,
  protocols: readonly string[],
  key: string,
): HttpRequest {
  const names = new Set(protocols);
  if (names.size !== protocols.length || !protocols.every(isToken)) {
    throw new AppError('app/bad-request', { detail: 'the names of its protocols' });
  }
  const own: HeaderList = [
    ['Sec-WebSocket-Version', VERSION],
    ['Sec-WebSocket-Key', key],
  ];
  const wanted: HeaderList = protocols.length > 0 ? [['Sec-WebSocket-Protocol', protocols.join(', ')]] : [];
  return { method: 'GET', target, headers: [...withoutFields(headers, OURS), ...own, ...wanted] };
}

/** Sixteen bytes that nobody has used before, in Base64. */
export function newKey(): string {
  return base64(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * What is wrong with a server's answer to the handshake (RFC 6455, 4.1), if anything.
 * @returns the protocol that it has chosen, empty for none; or what is wrong
 */
export async function checkAnswer(
  headers: HeaderList,
  protocols: readonly string[],
  key: string,
): Promise<{ readonly protocol: string } | { readonly wrong: string }> {
  if (fieldValue(headers, 'upgrade')?.toLowerCase() !== 'websocket') return { wrong: 'it changes to another protocol' };
  if (!fieldTokens(headers, 'connection').includes('upgrade')) return { wrong: 'it does not say Connection: Upgrade' };
  if (fieldValues(headers, 'sec-websocket-accept').join() !== (await acceptFor(key))) {
    return { wrong: 'its Sec-WebSocket-Accept does not fit the key' };
  }
  if (fieldValue(headers, 'sec-websocket-extensions') !== undefined) {
    return { wrong: 'it uses an extension that was not asked for' };
  }
  const chosen = fieldValues(headers, 'sec-websocket-protocol');
  const [protocol = ''] = chosen;
  if (chosen.length > 1 || (chosen.length === 1 && !protocols.includes(protocol))) {
    return { wrong: 'it has chosen a protocol that was not asked for' };
  }
  // A server that chooses none where some were asked for is refused, as browsers do.
  if (chosen.length === 0 && protocols.length > 0) return { wrong: 'it has chosen none of the protocols' };
  return { protocol };
}

async function acceptFor(key: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + GUID));
  return base64(new Uint8Array(hash));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
