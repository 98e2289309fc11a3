import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deferred } from '#domain/async/index.ts';
import { V86Console, type ConsoleWires } from '#engines/v86/console.ts';

const KIB = 1024;
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'latin1'));

/** The guest's side of the wires. */
class Guest implements ConsoleWires {
  readonly sent: Uint8Array[] = [];
  readonly sizes: [number, number][] = [];
  held = false;
  configured = true;
  /** Buffers that the guest offers for input. */
  buffers = 0;
  readonly inputQueue = {
    is_configured: () => this.configured,
    has_request: () => this.buffers > 0,
  };

  send(bytes: Uint8Array): void {
    this.buffers--;
    this.sent.push(bytes);
  }

  resize(columns: number, rows: number): void {
    this.sizes.push([columns, rows]);
  }

  hold(held: boolean): void {
    this.held = held;
  }
}

/** A terminal that acknowledges what it got when it is told to. */
class SlowTerminal {
  text = '';
  readonly #waiting: Deferred<void>[] = [];

  readonly sink = (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    this.text += Buffer.from(bytes).toString('latin1');
    const waiting = new Deferred<void>();
    this.#waiting.push(waiting);
    return waiting.promise;
  };

  async acknowledge(): Promise<void> {
    for (const waiting of this.#waiting.splice(0)) waiting.resolve();
    await vi.advanceTimersByTimeAsync(0);
  }
}

let guest: Guest;
let terminal: V86Console;

/** The guest writes, and time passes until it is handed on. */
async function output(length: number): Promise<void> {
  terminal.receive(new Uint8Array(length).fill(0x61));
  await vi.advanceTimersByTimeAsync(20);
}

beforeEach(() => {
  vi.useFakeTimers();
  guest = new Guest();
  terminal = new V86Console(guest, undefined);
});
afterEach(() => {
  terminal.dispose();
  vi.useRealTimers();
});

describe('output of the guest', () => {
  it('is gathered for a moment and handed on in one piece, in order', async () => {
    const pieces: string[] = [];
    terminal.attach((bytes) => void pieces.push(Buffer.from(bytes).toString('latin1')));
    for (const character of 'hello') terminal.receive(bytesOf(character));
    await vi.advanceTimersByTimeAsync(20);
    expect(pieces.filter(Boolean)).toEqual(['hello']);
  });

  it('goes to all terminals; a new one first sees what was shown', async () => {
    const texts = ['', ''];
    terminal.attach((bytes) => void (texts[0] += Buffer.from(bytes).toString('latin1')));
    terminal.receive(bytesOf('before '));
    terminal.attach((bytes) => void (texts[1] += Buffer.from(bytes).toString('latin1')));
    terminal.receive(bytesOf('after'));
    await vi.advanceTimersByTimeAsync(20);
    expect(texts).toEqual(['before after', 'before after']);
  });

  it('is part of what is shown even before it was handed on', () => {
    terminal.receive(bytesOf('fresh'));
    expect(Buffer.from(terminal.shown).toString('latin1')).toBe('fresh');
  });

  it('follows what a restored machine had shown', () => {
    const restored = new V86Console(guest, bytesOf('then '));
    restored.receive(bytesOf('now'));
    expect(Buffer.from(restored.shown).toString('latin1')).toBe('then now');
  });

  it('goes no longer to a terminal that was detached, nor to one that never wanted any', async () => {
    const detached = new AbortController();
    let count = 0;
    terminal.attach(() => void count++, { signal: detached.signal });
    terminal.attach(() => void count++, { signal: AbortSignal.abort() });
    detached.abort();
    const before = count;
    await output(10);
    expect(count).toBe(before);
  });
});

describe('a guest that writes faster than its terminal shows', () => {
  let slow: SlowTerminal;
  beforeEach(() => {
    slow = new SlowTerminal();
  });

  it('is held at a few hundred kilobytes and let go when most of it is shown', async () => {
    terminal.attach(slow.sink);
    await output(300 * KIB);
    expect(guest.held).toBe(false);
    await output(100 * KIB);
    expect(guest.held).toBe(true);
    await slow.acknowledge();
    expect(guest.held).toBe(false);
  });

  it('is held before what it writes is handed on: it may write much in a moment', () => {
    terminal.attach(slow.sink);
    terminal.receive(new Uint8Array(500 * KIB));
    expect(guest.held).toBe(true);
  });

  it('is not let go for a little that is shown', async () => {
    let acknowledgeFirst: () => void = () => undefined;
    const pending = [new Promise<void>((resolve) => (acknowledgeFirst = resolve))];
    terminal.attach((bytes) => (bytes.length === 0 ? undefined : (pending.shift() ?? new Promise(() => undefined))));
    await output(10 * KIB);
    await output(400 * KIB);
    expect(guest.held).toBe(true);
    acknowledgeFirst();
    await vi.advanceTimersByTimeAsync(0);
    expect(guest.held).toBe(true);
  });

  it('is not held when nobody looks', async () => {
    await output(5000 * KIB);
    expect(guest.held).toBe(false);
  });

  it('is let go when its slow terminal is detached', async () => {
    const detached = new AbortController();
    terminal.attach(slow.sink, { signal: detached.signal });
    await output(500 * KIB);
    expect(guest.held).toBe(true);
    detached.abort();
    expect(guest.held).toBe(false);
  });

  it('is let go when its slow terminal fails', async () => {
    let fail: (reason: Error) => void = () => undefined;
    terminal.attach((bytes) => (bytes.length === 0 ? undefined : new Promise((_, reject) => (fail = reject))));
    await output(500 * KIB);
    expect(guest.held).toBe(true);
    fail(new Error('its tab was closed'));
    await vi.advanceTimersByTimeAsync(0);
    expect(guest.held).toBe(false);
    await output(5000 * KIB);
    expect(guest.held).toBe(false);
  });

  it('is not held back by two terminals more than by the slower', async () => {
    terminal.attach(slow.sink);
    terminal.attach(new SlowTerminal().sink);
    await output(300 * KIB);
    expect(guest.held).toBe(false);
  });
});

describe('input', () => {
  it('goes to the guest at once when it takes it', () => {
    guest.buffers = 1;
    terminal.write(bytesOf('ls\r'));
    expect(guest.sent).toEqual([bytesOf('ls\r')]);
  });

  it('waits for a guest that is not ready, and stays in order', async () => {
    guest.configured = false;
    terminal.write(bytesOf('first '));
    terminal.write(bytesOf('second'));
    await vi.advanceTimersByTimeAsync(100);
    expect(guest.sent).toEqual([]);
    guest.configured = true;
    guest.buffers = 1;
    await vi.advanceTimersByTimeAsync(100);
    expect(Buffer.concat(guest.sent).toString('latin1')).toBe('first ');
    guest.buffers = 1;
    await vi.advanceTimersByTimeAsync(100);
    expect(Buffer.concat(guest.sent).toString('latin1')).toBe('first second');
  });

  it.each([
    ['is done', () => Promise.resolve()],
    ['has failed', () => Promise.reject(new Error('it did not work'))],
  ])('that has to wait for something goes to the guest, in order, when it %s', async (_, end) => {
    guest.buffers = 4;
    terminal.bar(new Promise((resolve) => setTimeout(resolve, 500)).then(end));
    terminal.write(bytesOf('first '));
    terminal.write(bytesOf('second '));
    await vi.advanceTimersByTimeAsync(499);
    expect(guest.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    terminal.write(bytesOf('third'));
    expect(Buffer.concat(guest.sent).toString('latin1')).toBe('first second third');
  });

  it('that is long goes in pieces that fit, one for each buffer', async () => {
    const paste = bytesOf('0123456789'.repeat(1000));
    guest.buffers = 4;
    terminal.write(paste);
    expect(guest.sent).toHaveLength(4);
    expect(guest.sent.every(({ length }) => length <= KIB)).toBe(true);
    guest.buffers = 100;
    await vi.advanceTimersByTimeAsync(100);
    expect(Buffer.concat(guest.sent).equals(paste)).toBe(true);
  });

  it('may be changed by the writer afterwards', async () => {
    const typed = bytesOf('kept');
    terminal.write(typed);
    typed.fill(0);
    guest.buffers = 1;
    await vi.advanceTimersByTimeAsync(100);
    expect(Buffer.concat(guest.sent).toString('latin1')).toBe('kept');
  });

  it('says its size to the guest', () => {
    terminal.resize(100, 30);
    expect(guest.sizes).toEqual([[100, 30]]);
  });

  it('leaves no timer behind when the machine ends', () => {
    terminal.write(bytesOf('never taken'));
    terminal.receive(bytesOf('never shown'));
    terminal.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
