import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach } from 'vitest';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { openWebSocket, type GuestWebSocket, type WebSocketEnd, type WebSocketRequest } from '#gateway/index.ts';
import { clientOf, rawServer } from './servers.ts';
import { portOf } from '../../support/port-of.ts';

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
});

/** A server of the package `ws`. */
export async function webSocketServer(
  accept: (socket: WebSocket) => void,
  options: ServerOptions = {},
): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  servers.push(server);
  server.on('connection', accept);
  await new Promise((resolve) => server.once('listening', resolve));
  return portOf(server);
}

/** A frame as a server sends it; every part of it may be wrong. */
export function serverFrame(first: number, payload: Uint8Array | string = '', length?: number): Buffer {
  const bytes = Buffer.from(payload);
  const size = length ?? bytes.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = size < 126 ? size : size < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, bytes]);
}

/** A frame that a client has sent. */
export interface ClientFrame {
  readonly first: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

/** A server that makes the handshake and has each byte after it in its own hands. */
export interface RawPeer {
  readonly port: number;
  /** The socket of the first client. */
  readonly socket: Promise<Socket>;
  /** What has come since the handshake. */
  frames(): readonly ClientFrame[];
  /** True when the client has ended its side. */
  ended(): boolean;
}

/** @param early is sent together with the answer to the handshake */
export async function rawPeer(answerFields = '', early: Uint8Array = new Uint8Array(0)): Promise<RawPeer> {
  let bytes = Buffer.alloc(0);
  let over = false;
  let connected: (socket: Socket) => void = () => undefined;
  const socket = new Promise<Socket>((resolve) => (connected = resolve));
  const port = await rawServer((peer) => {
    peer.once('data', (request) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
      const answer = `${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n${answerFields}\r\n`;
      peer.write(Buffer.concat([Buffer.from(answer), early]));
      peer.on('data', (piece) => (bytes = Buffer.concat([bytes, piece])));
      connected(peer);
    });
    peer.on('end', () => (over = true));
    peer.on('close', () => (over = true));
  });
  return { port, socket, frames: () => framesOf(bytes), ended: () => over };
}

function framesOf(bytes: Buffer): ClientFrame[] {
  const frames: ClientFrame[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    const short = second & 0x7f;
    const size =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const maskAt = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const end = maskAt + 4 + size;
    if (end > bytes.length) break;
    const payload = Buffer.from(
      bytes.subarray(maskAt + 4, end).map((byte, index) => byte ^ bytes[maskAt + (index & 3)]!),
    );
    frames.push({ first, masked: (second & 0x80) !== 0, payload });
    at = end;
  }
  return frames;
}

/** A WebSocket and what has happened to it. */
export interface Opened {
  readonly socket: GuestWebSocket;
  readonly messages: (string | Uint8Array)[];
  readonly errors: string[];
  sent: number;
  readonly opened: Promise<string>;
  readonly closed: Promise<WebSocketEnd>;
}

export function open(
  port: number,
  changes: Partial<WebSocketRequest> = {},
  onMessage?: (data: string | Uint8Array) => Promise<void> | void,
  client = clientOf(),
): Opened {
  let told: (protocol: string) => void = () => undefined;
  let over: (end: WebSocketEnd) => void = () => undefined;
  const record: Omit<Opened, 'socket'> = {
    messages: [],
    errors: [],
    sent: 0,
    opened: new Promise((resolve) => (told = resolve)),
    closed: new Promise((resolve) => (over = resolve)),
  };
  const request = { port, target: '/', headers: [], protocols: [], ...changes };
  const socket = openWebSocket(client, request, {
    open: (protocol) => told(protocol),
    message: (data) => {
      record.messages.push(data);
      return onMessage?.(data);
    },
    sent: (bytes) => void (opened.sent += bytes),
    error: ({ code }) => void record.errors.push(code),
    close: (end) => over(end),
  });
  const opened: Opened = { socket, ...record };
  return opened;
}
