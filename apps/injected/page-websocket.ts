import { isToken } from '#domain/http/index.ts';
import { messageBytes, parseToPage, type FromPageSocket, type ToPageSocket } from '#rpc/index.ts';
import { handleEvents } from './event-handlers.ts';

/** Has a WebSocket opened whose other end gets `end`. */
export type OpenSocket = (url: string, protocols: readonly string[], end: MessagePort) => void;

/** RFC 6455, 5.5.1: the payload of a control frame, without the code. */
const REASON_BYTES = 123;
const ABNORMAL = { code: 1006, reason: '', wasClean: false };

/** A page's WebSocket (WebSockets Standard, 3) whose server is in the guest: the other end of its port speaks to that. */
export class PageWebSocket extends EventTarget implements WebSocket {
  declare onopen: WebSocket['onopen'];
  declare onmessage: WebSocket['onmessage'];
  declare onerror: WebSocket['onerror'];
  declare onclose: WebSocket['onclose'];
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly #url: URL;
  readonly #port: MessagePort;
  readonly #ended = new AbortController();
  #readyState: 0 | 1 | 2 | 3 = 0;
  #binaryType: BinaryType = 'blob';
  #buffered = 0;
  #protocol = '';
  /** What is to be sent waits for blobs before it to be read. */
  #sending: Promise<void> | undefined;

  static {
    handleEvents(PageWebSocket.prototype, ['open', 'message', 'error', 'close']);
  }

  /** @throws DOMException `SyntaxError` */
  constructor(url: URL, protocols: string | readonly string[], open: OpenSocket) {
    super();
    const names = typeof protocols === 'string' ? [protocols] : [...protocols];
    if (new Set(names).size !== names.length || !names.every(isToken)) {
      throw new DOMException('The protocols of a WebSocket are tokens, each given once.', 'SyntaxError');
    }
    const { port1, port2 } = new MessageChannel();
    this.#url = url;
    this.#port = port1;
    this.#listen(this.#ended.signal);
    open(url.href, names, port2);
  }

  get url(): string {
    return this.#url.href;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#buffered;
  }

  get protocol(): string {
    return this.#protocol;
  }

  get extensions(): string {
    return '';
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  /** All else is ignored, as attributes that are enumerations do. */
  set binaryType(type: BinaryType) {
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
  }

  /** @throws DOMException `InvalidStateError` while it connects */
  send(data: string | Blob | BufferSource): void {
    if (this.#readyState === this.CONNECTING) {
      throw new DOMException('The WebSocket is not open yet.', 'InvalidStateError');
    }
    const message = typeof data === 'string' ? data : data instanceof Blob ? data : copyOf(data);
    this.#buffered += message instanceof Blob ? message.size : messageBytes(message);
    if (this.#readyState === this.OPEN) this.#inOrder(message);
  }

  /** @throws DOMException `InvalidAccessError` for a code that a page may not send, `SyntaxError` for a long reason */
  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`A page may not close a WebSocket with the code ${code}.`, 'InvalidAccessError');
    }
    if (messageBytes(reason) > REASON_BYTES) {
      throw new DOMException(`A reason has at most ${REASON_BYTES} bytes.`, 'SyntaxError');
    }
    if (this.#readyState >= this.CLOSING) return;
    this.#readyState = this.CLOSING;
    this.#afterBlobs(() => this.#post({ type: 'CLOSE', code, reason }));
  }

  #listen(signal: AbortSignal): void {
    this.#port.addEventListener('message', ({ data }) => this.#take(parseToPage(data)), { signal });
    // Where browsers tell that the other end is gone.
    this.#port.addEventListener('close', () => this.#end(ABNORMAL), { signal });
    this.#port.start();
    addEventListener('pagehide', () => this.#leave(), { signal });
  }

  #take(message: ToPageSocket): void {
    switch (message.type) {
      case 'BOUND':
        return void this.#lastWith(message.lock);
      case 'OPEN':
        if (this.#readyState !== this.CONNECTING) return;
        this.#readyState = this.OPEN;
        this.#protocol = message.protocol;
        return void this.dispatchEvent(new Event('open'));
      case 'MESSAGE':
        this.#post({ type: 'TAKEN', bytes: messageBytes(message.data) });
        if (this.#readyState === this.OPEN) this.#deliver(message.data);
        return;
      case 'SENT':
        this.#buffered -= message.bytes;
        return;
      case 'ERROR':
        // oxlint-disable-next-line no-console -- where browsers say it, too
        console.warn(`WebSocket to ${this.url}: ${message.error.code}`);
        return this.#fail();
      case 'CLOSED':
        return this.#end(message);
    }
  }

  /** The tab of the machine may end without a word: its ports do not tell, its locks do. */
  async #lastWith(lock: string): Promise<void> {
    const { signal } = this.#ended;
    try {
      await navigator.locks.request(lock, { mode: 'shared', signal }, () => undefined);
    } catch {
      // It has ended in another way.
      return;
    }
    this.#fail();
    this.#end(ABNORMAL);
  }

  #fail(): void {
    if (this.#readyState === this.CLOSED) return;
    this.#readyState = this.CLOSING;
    this.dispatchEvent(new Event('error'));
  }

  #deliver(data: string | Uint8Array<ArrayBuffer>): void {
    const { origin } = this.#url;
    this.dispatchEvent(new MessageEvent('message', { data: this.#asAsked(data), origin }));
  }

  #asAsked(data: string | Uint8Array<ArrayBuffer>): string | Blob | ArrayBuffer {
    if (typeof data === 'string') return data;
    return this.#binaryType === 'blob' ? new Blob([data]) : data.buffer;
  }

  #inOrder(message: string | Blob | Uint8Array<ArrayBuffer>): void {
    if (!(message instanceof Blob)) return this.#afterBlobs(() => this.#post({ type: 'SEND', data: message }));
    const before = this.#sending;
    const sent = message.arrayBuffer().then(async (buffer) => {
      await before;
      this.#post({ type: 'SEND', data: new Uint8Array(buffer) });
    });
    this.#sending = sent.catch(() => this.#end(ABNORMAL));
  }

  #afterBlobs(work: () => void): void {
    if (!this.#sending) return work();
    this.#sending = this.#sending.then(work);
  }

  #post(message: FromPageSocket): void {
    if (!this.#ended.signal.aborted) this.#port.postMessage(message);
  }

  #leave(): void {
    this.#post({ type: 'LEAVE' });
    this.#end(ABNORMAL);
  }

  #end({ code, reason, wasClean }: Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>): void {
    if (this.#readyState === this.CLOSED) return;
    this.#readyState = this.CLOSED;
    this.#ended.abort();
    this.#port.close();
    this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean }));
  }
}

/** A page may go on to write into what it has sent. */
function copyOf(data: BufferSource): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return bytes.slice();
}
