import type { AppError, ErrorRecord } from '#domain/errors/index.ts';
import * as v from 'valibot';

/** What a WebSocket's message is to both ends of a port. */
const DataSchema = v.union([v.string(), v.instance(Uint8Array<ArrayBuffer>)]);

/** What a page says to its WebSocket's other end. */
const FromPageSchema = v.variant('type', [
  v.object({ type: v.literal('SEND'), data: DataSchema }),
  v.object({ type: v.literal('CLOSE'), code: v.optional(v.number()), reason: v.string() }),
  /** The page is no longer there. */
  v.object({ type: v.literal('LEAVE') }),
  /** So many bytes of messages have been taken. */
  v.object({ type: v.literal('TAKEN'), bytes: v.number() }),
]);
export type FromPageSocket = v.InferOutput<typeof FromPageSchema>;

/** What happens to a page's WebSocket, in this order: BOUND, OPEN, then messages, ERROR if there is one, CLOSED always. */
const ToPageSchema = v.variant('type', [
  /** The other end is there for no longer than a lock of this name is held. */
  v.object({ type: v.literal('BOUND'), lock: v.string() }),
  v.object({ type: v.literal('OPEN'), protocol: v.string() }),
  v.object({ type: v.literal('MESSAGE'), data: DataSchema }),
  /** So many bytes of messages have left. */
  v.object({ type: v.literal('SENT'), bytes: v.number() }),
  v.object({ type: v.literal('ERROR'), error: v.custom<ErrorRecord>((value) => typeof value === 'object') }),
  v.object({ type: v.literal('CLOSED'), code: v.number(), reason: v.string(), wasClean: v.boolean() }),
]);
export type ToPageSocket = v.InferOutput<typeof ToPageSchema>;

/** @throws v.ValiError for what a page of this build does not send */
export function parseFromPage(data: unknown): FromPageSocket {
  return v.parse(FromPageSchema, data);
}

/** @throws v.ValiError for what a machine of this build does not send */
export function parseToPage(data: unknown): ToPageSocket {
  return v.parse(ToPageSchema, data);
}

/** Bytes of a message, as WebSockets count them: those of its UTF-8 for text. */
export function messageBytes(data: string | Uint8Array): number {
  return typeof data === 'string' ? new TextEncoder().encode(data).length : data.length;
}

/** Tells a page that the other end of its WebSocket ends without a word when a lock of its origin is no longer held. */
export function bindSocket(end: MessagePort, lock: string): void {
  const message: ToPageSocket = { type: 'BOUND', lock };
  end.postMessage(message);
}

/** Tells a page why its WebSocket does not open. Whoever has the port by then is heard; for all others this does nothing. */
export function refuseSocket(end: MessagePort, error: AppError): void {
  const messages: ToPageSocket[] = [
    { type: 'ERROR', error: error.toRecord() },
    { type: 'CLOSED', code: 1006, reason: '', wasClean: false },
  ];
  for (const message of messages) end.postMessage(message);
  end.close();
}
