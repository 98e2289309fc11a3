import { WebSocketFault } from './frame.ts';

/** Codes that we send, and those that stand for what no close frame says (RFC 6455, 7.4.1). */
export const CLOSE = { normal: 1000, leaving: 1001, none: 1005, abnormal: 1006 } as const;

/** What a close frame says. */
export interface CloseReason {
  /** 1005 when it says nothing. */
  readonly code: number;
  readonly reason: string;
}

/** @throws WebSocketFault */
export function decodeClose(payload: Uint8Array): CloseReason {
  if (payload.length === 0) return { code: CLOSE.none, reason: '' };
  if (payload.length === 1) throw new WebSocketFault(1002, 'a close frame has half a code');
  const code = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint16(0);
  if (!isSendable(code)) throw new WebSocketFault(1002, `a close frame has the code ${code}`);
  return { code, reason: decodeUtf8(payload.subarray(2)) };
}

/** The payload of a close frame; without a code it is empty. */
export function encodeClose(code: number | undefined, reason = ''): Uint8Array<ArrayBuffer> {
  if (code === undefined || code === CLOSE.none) return new Uint8Array(0);
  const text = new TextEncoder().encode(reason);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}

/** RFC 6455, 7.4, and what has been registered since. */
function isSendable(code: number): boolean {
  if (code >= 1000 && code <= 1014) return ![1004, 1005, 1006].includes(code);
  return code >= 3000 && code <= 4999;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WebSocketFault(1007, 'a text is not UTF-8');
  }
}
