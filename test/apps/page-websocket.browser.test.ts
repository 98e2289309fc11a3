import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { bindSocket } from '#rpc/index.ts';
import type { GuestWebSocket, WebSocketEvents } from '#gateway/index.ts';
import { PageWebSocket } from '../../apps/injected/page-websocket.ts';
import { replaceWebSocket } from '../../apps/injected/replace-websocket.ts';
import { joinPageSocket } from '../../workers/machine/page-socket.ts';

/** A server that says back what it is told. */
class Echo implements GuestWebSocket {
  readonly bufferedAmount = 0;
  readonly heard: unknown[] = [];
  readonly #events: WebSocketEvents;

  constructor(events: WebSocketEvents) {
    this.#events = events;
  }

  send(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data).length : data.length;
    this.heard.push(typeof data === 'string' ? data : data.length);
    this.#events.sent(bytes);
    void this.#events.message(typeof data === 'string' ? data : data.slice());
  }

  close(code = 1005, reason = ''): void {
    this.heard.push({ code, reason });
    this.#events.close({ code, reason, wasClean: true });
  }

  leave(): void {
    this.heard.push('left');
  }
}

const native = window.WebSocket;
afterEach(() => void (window.WebSocket = native));

/** A page's WebSocket, and the machine's end of it once it is joined. */
function connect(protocols: string | string[] = []) {
  let events: WebSocketEvents | undefined;
  let echo: Echo | undefined;
  const socket = new PageWebSocket(new URL('ws://isle.example/chat?x'), protocols, (_url, _names, end) => {
    joinPageSocket(end, (each) => {
      events = each;
      return (echo = new Echo(each));
    });
  });
  if (!events || !echo) throw new Error('nobody was asked to open it');
  return { socket, events, echo };
}

/** Takes a lock. @returns what lets go of it */
function hold(lock: string): Promise<() => void> {
  return new Promise((resolve) => {
    void navigator.locks.request(lock, () => new Promise<void>((release) => resolve(release)));
  });
}

async function next<K extends keyof WebSocketEventMap>(socket: WebSocket, type: K): Promise<WebSocketEventMap[K]> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

async function opened(protocols: string | string[] = []) {
  const connected = connect(protocols);
  connected.events.open('');
  await next(connected.socket, 'open');
  return connected;
}

describe('a guest’s page’s WebSocket', () => {
  it('is what the standard says it is, before and after it opens', async () => {
    const { socket, events } = connect(['chat']);
    expect(socket).toMatchObject({
      url: 'ws://isle.example/chat?x',
      readyState: 0,
      binaryType: 'blob',
      extensions: '',
    });
    expect(() => socket.send('too early')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
    events.open('chat');
    await next(socket, 'open');
    expect(socket).toMatchObject({ readyState: socket.OPEN, protocol: 'chat', bufferedAmount: 0 });
  });

  it('brings messages in the forms that were asked for', async () => {
    const { socket } = await opened();
    socket.send('é');
    const text = await next(socket, 'message');
    expect(text).toMatchObject({ data: 'é', origin: 'ws://isle.example' });
    socket.send(new Uint8Array([9, 1, 2, 9]).subarray(1, 3));
    const { data: blob } = await next(socket, 'message');
    expect(blob instanceof Blob && [...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2]);
    socket.binaryType = 'arraybuffer';
    socket.send(new Uint16Array([258]).buffer);
    const { data: buffer } = await next(socket, 'message');
    expect(buffer instanceof ArrayBuffer && [...new Uint8Array(buffer)]).toEqual([2, 1]);
  });

  it('keeps the order of what is sent, blobs too, and counts what has not left', async () => {
    const { socket, echo } = await opened();
    socket.send(new Blob(['12345678']));
    socket.send('é');
    socket.send(new Uint8Array(3));
    expect(socket.bufferedAmount).toBe(8 + 2 + 3);
    socket.close(3001, 'done');
    expect(socket.readyState).toBe(socket.CLOSING);
    const end = await next(socket, 'close');
    expect(end).toMatchObject({ code: 3001, reason: 'done', wasClean: true });
    expect(echo.heard).toEqual([8, 'é', 3, { code: 3001, reason: 'done' }]);
    expect(socket).toMatchObject({ readyState: socket.CLOSED, bufferedAmount: 0 });
    // What is sent too late stays counted.
    socket.send('123');
    expect(socket.bufferedAmount).toBe(3);
  });

  it('is not overrun: the server waits until the page has taken what came', async () => {
    const { socket, events } = await opened();
    const big = new Uint8Array(3 * 1024 * 1024);
    let seen = false;
    socket.addEventListener('message', () => void (seen = true));
    await events.message(big);
    expect(seen).toBe(true);
  });

  it('refuses what a page may not do', async () => {
    const { socket } = await opened();
    expect(() => socket.close(1001)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
    expect(() => socket.close(1000, 'é'.repeat(62))).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(() => connect('not a token')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(() => connect(['a', 'a'])).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('says error and then close when it fails, and tells the server when the page goes', async () => {
    const { socket, events } = connect();
    const seen: string[] = [];
    // As pages set them: a handler keeps its place when it changes.
    Object.assign(socket, { onerror: () => void seen.push('first') });
    socket.addEventListener('error', () => void seen.push('second'));
    Object.assign(socket, { onerror: () => void seen.push('in the place of the first') });
    events.error(new AppError('net/refused', { port: 80 }));
    events.close({ code: 1006, reason: '', wasClean: false });
    expect(await next(socket, 'close')).toMatchObject({ code: 1006, wasClean: false });
    expect(seen).toEqual(['in the place of the first', 'second']);
    const { echo } = await opened();
    dispatchEvent(new Event('pagehide'));
    await expect.poll(() => echo.heard).toEqual(['left']);
  });

  it('fails when the tab of its machine has ended without a word, and not before', async () => {
    let end: MessagePort | undefined;
    const tabEnds = await hold('tab');
    const socket = new PageWebSocket(new URL('ws://isle.example/chat'), [], (_url, _names, port) => (end = port));
    const seen: string[] = [];
    for (const type of ['open', 'error', 'close']) socket.addEventListener(type, () => void seen.push(type));
    if (!end) throw new Error('nobody was asked to open it');
    bindSocket(end, 'tab');
    let events: WebSocketEvents | undefined;
    joinPageSocket(end, (each) => new Echo((events = each)));
    events?.open('');
    await next(socket, 'open');
    socket.send('still there');
    await next(socket, 'message');
    tabEnds();
    expect(await next(socket, 'close')).toMatchObject({ code: 1006, reason: '', wasClean: false });
    expect([seen, socket.readyState]).toEqual([['open', 'error', 'close'], socket.CLOSED]);
  });

  it('no longer waits for that when it has ended', async () => {
    let end: MessagePort | undefined;
    await hold('other tab');
    const socket = new PageWebSocket(new URL('ws://isle.example/chat'), [], (_url, _names, port) => (end = port));
    if (!end) throw new Error('nobody was asked to open it');
    bindSocket(end, 'other tab');
    const waiting = async (): Promise<number> =>
      ((await navigator.locks.query()).pending ?? []).filter(({ name }) => name === 'other tab').length;
    await expect.poll(waiting).toBe(1);
    joinPageSocket(end, (each) => new Echo(each));
    socket.close();
    await next(socket, 'close');
    expect(await waiting()).toBe(0);
  });
});

describe('the WebSocket of a guest’s page', () => {
  it('is ours for the page’s own host alone, and a WebSocket all the same', () => {
    replaceWebSocket(window, navigator.serviceWorker);
    const own = new WebSocket('/live', 'chat');
    expect(own).toBeInstanceOf(PageWebSocket);
    expect(own).toBeInstanceOf(WebSocket);
    expect(own).toBeInstanceOf(native);
    expect(own.url).toBe(new URL('/live', location.href.replace(/^http/, 'ws')).href);
    expect([WebSocket.name, WebSocket.CONNECTING, WebSocket.CLOSED]).toEqual(['WebSocket', 0, 3]);
    const other = new WebSocket('ws://192.0.2.1/');
    expect(other).not.toBeInstanceOf(PageWebSocket);
    expect(other).toBeInstanceOf(WebSocket);
    other.close();
    expect(() => new WebSocket('ftp://isle.example/')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(() => new WebSocket('/#part')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
  });

  it('can be extended by a page’s own class', () => {
    replaceWebSocket(window, navigator.serviceWorker);
    class Chat extends WebSocket {
      readonly room = 'isle';
    }
    const chat = new Chat('/live');
    expect(chat).toBeInstanceOf(Chat);
    expect(chat).toMatchObject({ room: 'isle', readyState: 0 });
    expect(new WebSocket('/live')).not.toBeInstanceOf(Chat);
  });
});
