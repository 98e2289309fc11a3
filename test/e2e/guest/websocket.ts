/**
 * A WebSocket server for the guest, under Node.js 18: `node websocket.mjs PORT`
 *   /echo              sends each message back; `pieces=N` in frames of N bytes
 *   /close?code=&reason=  closes at once; without a code, with an empty close frame; `abort=1` ends the connection instead
 *   /raw?hex=          sends these bytes right after the handshake, `step=N` of them at a time; answers closes alone
 *   /refuse            answers 403
 * The first of the protocols that are offered is taken, with `protocol=none` none. `GET /seen?id=` of any other request: what
 * a connection with `id=` has got so far, as JSON: `{headers, frames: [{opcode, isLast, hex}], closed}`; long payloads are cut.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { closePayload, frame, FrameReader, OPCODE, type ClientFrame } from './frames.ts';

const ACCEPT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const SEEN_BYTES = 256;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const seen = new Map<string, Notes>();

interface Notes {
  headers: IncomingMessage['headers'];
  readonly frames: { opcode: number; isLast: boolean; hex: string }[];
  closed: boolean;
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://guest');
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(seen.get(searchParams.get('id') ?? '') ?? null));
});

server.on('upgrade', (request, socket: Duplex) => {
  const url = new URL(request.url ?? '', 'http://guest');
  if (url.pathname === '/refuse') return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  socket.on('error', () => socket.destroy());
  socket.write(handshake(request, url.searchParams));
  new Connection(socket, url).open(request.headers);
});
server.listen(Number(process.argv[2] ?? 9000), () => process.stdout.write('listening\n'));

function handshake({ headers }: IncomingMessage, options: URLSearchParams): string {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${ACCEPT}`).digest('base64');
  const [offered = ''] = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const protocol = options.get('protocol') === 'none' ? '' : offered;
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  lines.push(`Sec-WebSocket-Accept: ${accept}`);
  if (protocol !== '') lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

class Connection {
  readonly #socket: Duplex;
  readonly #path: string;
  readonly #options: URLSearchParams;
  readonly #reader = new FrameReader();
  #message: Buffer[] = [];
  #opcode: number | undefined;
  #isOver = false;
  readonly #notes: Notes = { headers: {}, frames: [], closed: false };

  constructor(socket: Duplex, { pathname, searchParams }: URL) {
    this.#socket = socket;
    this.#path = pathname;
    this.#options = searchParams;
  }

  open(headers: IncomingMessage['headers']): void {
    this.#notes.headers = headers;
    seen.set(this.#options.get('id') ?? '', this.#notes);
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#socket.on('close', () => {
      this.#notes.closed = true;
    });
    if (this.#path === '/close') this.#closeAtOnce();
    if (this.#path === '/raw') void this.#sendRaw();
  }

  #closeAtOnce(): void {
    if (this.#options.has('abort')) return void this.#socket.destroy();
    const code = this.#options.get('code');
    this.#close(code === null ? undefined : Number(code), this.#options.get('reason') ?? '');
  }

  async #sendRaw(): Promise<void> {
    const bytes = Buffer.from(this.#options.get('hex') ?? '', 'hex');
    const step = Number(this.#options.get('step') ?? bytes.length) || 1;
    for (let at = 0; at < bytes.length; at += step) {
      this.#socket.write(bytes.subarray(at, at + step));
      await wait(2);
    }
  }

  #receive(bytes: Buffer): void {
    for (const each of this.#reader.read(bytes)) {
      this.#note(each);
      if (this.#isOver) continue;
      const fault = this.#faultOf(each);
      if (fault) this.#close(1002, fault);
      else this.#take(each);
    }
  }

  #faultOf({ masked, reserved, opcode, isLast, payload }: ClientFrame): string | undefined {
    if (!masked) return 'not masked';
    if (reserved !== 0) return 'reserved bits';
    if (opcode >= OPCODE.close) return isLast && payload.length <= 125 ? undefined : 'control frame';
    if (opcode > OPCODE.binary) return 'unknown opcode';
    return (opcode === OPCODE.continuation) === (this.#opcode !== undefined) ? undefined : 'continuation';
  }

  #take({ opcode, isLast, payload }: ClientFrame): void {
    if (opcode === OPCODE.close) return this.#answerClose(payload);
    if (opcode === OPCODE.ping) return void this.#socket.write(frame(OPCODE.pong, payload));
    if (opcode === OPCODE.pong) return;
    this.#opcode ??= opcode;
    this.#message.push(payload);
    if (!isLast) return;
    const message = Buffer.concat(this.#message);
    const kind = this.#opcode;
    this.#message = [];
    this.#opcode = undefined;
    if (kind === OPCODE.text && !isUtf8(message)) return this.#close(1007, 'not UTF-8');
    if (this.#path === '/echo') this.#send(kind, message);
  }

  #send(opcode: number, message: Buffer): void {
    const size = Number(this.#options.get('pieces') ?? 0) || Math.max(message.length, 1);
    for (let at = 0; at === 0 || at < message.length; at += size) {
      const isLast = at + size >= message.length;
      const kind = at === 0 ? opcode : OPCODE.continuation;
      this.#socket.write(frame(kind, message.subarray(at, at + size), isLast));
    }
  }

  #answerClose(payload: Buffer): void {
    this.#close(payload.length < 2 ? undefined : payload.readUInt16BE(0), payload.subarray(2).toString());
  }

  #close(code: number | undefined, reason: string): void {
    this.#isOver = true;
    this.#socket.end(frame(OPCODE.close, closePayload(code, reason)));
  }

  #note({ opcode, isLast, payload }: ClientFrame): void {
    this.#notes.frames.push({ opcode, isLast, hex: payload.subarray(0, SEEN_BYTES).toString('hex') });
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
