import type { AppError } from '#domain/errors/index.ts';
import type { GuestWebSocket, WebSocketEnd, WebSocketEvents } from '#gateway/index.ts';
import { messageBytes, parseFromPage, type FromPageSocket, type ToPageSocket } from '#rpc/index.ts';

/** Bytes of messages that a page has not taken yet, at most: the server waits until it has. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * Joins a WebSocket of a guest's server to a page's, at the other end of a port.
 * @param open starts it
 */
export function joinPageSocket(end: MessagePort, open: (events: WebSocketEvents) => GuestWebSocket): void {
  const port = new PagePort(end);
  const socket = open(port);
  end.addEventListener('message', ({ data }) => port.take(parseFromPage(data), socket));
  // Where browsers tell that the page is gone; the others say so themselves.
  end.addEventListener('close', () => port.leave(socket));
  end.start();
}

/** What happens to the WebSocket, on its way to the page. */
class PagePort implements WebSocketEvents {
  readonly #port: MessagePort;
  #untaken = 0;
  #goOn: () => void = () => undefined;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  open(protocol: string): void {
    this.#post({ type: 'OPEN', protocol });
  }

  message(data: string | Uint8Array<ArrayBuffer>): Promise<void> | undefined {
    this.#untaken += messageBytes(data);
    this.#post({ type: 'MESSAGE', data });
    if (this.#untaken < WINDOW_BYTES) return undefined;
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  sent(bytes: number): void {
    this.#post({ type: 'SENT', bytes });
  }

  error(error: AppError): void {
    this.#post({ type: 'ERROR', error: error.toRecord() });
  }

  close({ code, reason, wasClean }: WebSocketEnd): void {
    this.#post({ type: 'CLOSED', code, reason, wasClean });
    this.#goOn();
    this.#port.close();
  }

  take(message: FromPageSocket, socket: GuestWebSocket): void {
    switch (message.type) {
      case 'SEND':
        return socket.send(message.data);
      case 'CLOSE':
        return socket.close(message.code, message.reason);
      case 'LEAVE':
        return this.leave(socket);
      case 'TAKEN':
        return this.#taken(message.bytes);
    }
  }

  leave(socket: GuestWebSocket): void {
    this.#goOn();
    socket.leave();
  }

  #taken(bytes: number): void {
    this.#untaken -= bytes;
    if (this.#untaken < WINDOW_BYTES) this.#goOn();
  }

  #post(message: ToPageSocket): void {
    this.#port.postMessage(message);
  }
}
