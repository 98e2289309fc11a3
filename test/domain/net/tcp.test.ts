import { beforeEach, describe, expect, it } from 'vitest';
import type { TcpSocket } from '#domain/net/index.ts';
import { Receiver } from '#domain/net/tcp/receiver.ts';
import { ACK, FIN, PSH, RST, SYN, type TcpSegment } from '#domain/net/tcp/segment.ts';
import { failureOf } from '../../support/failure.ts';
import { bytesOf } from './support/application.ts';
import { Guest } from './support/guest.ts';

const PORT = 80;
const WHERE = { address: '10.0.2.15:80' };

let guest = new Guest();
beforeEach(() => void (guest = new Guest()));

/** The guest's end of a connection, by hand. */
interface Peer {
  readonly socket: TcpSocket;
  readonly port: number;
  /** The number that the stack expects next, and the one that it sends next. */
  readonly sequence: number;
  readonly expected: number;
  send(fields: Partial<TcpSegment>): void;
}

async function open(window = 65_535, options: TcpSegment['options'] = { mss: 1460 }): Promise<Peer> {
  const opening = guest.stack.connect('10.0.2.15', PORT);
  await guest.pass(1);
  const [syn] = guest.segments();
  if (!syn) throw new Error('there was no SYN');
  const ports = { sourcePort: PORT, destinationPort: syn.sourcePort };
  const expected = (syn.sequence + 1) >>> 0;
  guest.sendTcp({ ...ports, flags: SYN | ACK, sequence: 999, acknowledgement: expected, window, options });
  const socket = await opening;
  guest.segments();
  const common = { ...ports, sequence: 1000, acknowledgement: expected, flags: ACK, window };
  const send = (fields: Partial<TcpSegment>): void => guest.sendTcp({ ...common, ...fields });
  return { socket, port: syn.sourcePort, sequence: 1000, expected, send };
}

/** Gives the stack bytes to send, and does not wait for what becomes of them. */
function write(socket: TcpSocket, bytes: Uint8Array): void {
  const writer = socket.writable.getWriter();
  writer.write(bytes).catch(() => undefined);
  writer.closed.catch(() => undefined);
  writer.releaseLock();
}

const lengths = (segments: readonly TcpSegment[]): number[] => segments.map(({ payload }) => payload.length);

describe('connecting', () => {
  it('is refused by a reset', async () => {
    const failed = failureOf(guest.stack.connect('10.0.2.15', PORT));
    await guest.pass(1);
    const [syn] = guest.segments();
    const ports = { sourcePort: PORT, destinationPort: syn!.sourcePort };
    guest.sendTcp({ ...ports, flags: RST | ACK, acknowledgement: syn!.sequence + 2 });
    guest.sendTcp({ ...ports, flags: RST | ACK, acknowledgement: syn!.sequence + 1 });
    expect(await failed).toEqual({ code: 'net/refused', data: WHERE });
    expect(guest.stack.connections).toBe(0);
  });

  it('asks five times in half a minute, and then gives up', async () => {
    const failed = failureOf(guest.stack.connect('10.0.2.15', PORT));
    const times: number[] = [];
    while (guest.stack.connections > 0) {
      await guest.pass(500);
      for (const segment of guest.segments())
        if (segment.flags === SYN) times.push(Math.floor(guest.clock.now() / 1000));
    }
    expect(times).toEqual([0, 1, 3, 7, 15]);
    expect(await failed).toEqual({ code: 'net/timeout', data: WHERE });
  });

  it('is told by the guest’s system that there is no way, but only by who has seen the SYN', async () => {
    const failed = failureOf(guest.stack.connect('10.0.2.15', PORT));
    await guest.pass(1);
    const quoted = guest.frames.at(-1)!.slice(14, 42);
    const wrong = quoted.slice();
    wrong[27]! ^= 1;
    guest.sendIcmp({ type: 'unreachable', code: 1, quoted: wrong });
    expect(guest.stack.connections).toBe(1);
    guest.sendIcmp({ type: 'unreachable', code: 1, quoted });
    expect(await failed).toMatchObject({ code: 'net/unreachable' });
  });

  it('can be called off, before and after', async () => {
    const abort = new AbortController();
    const opening = guest.stack.connect('10.0.2.15', PORT, { signal: abort.signal });
    await guest.pass(1);
    abort.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    await expect(guest.stack.connect('10.0.2.15', PORT, { signal: abort.signal })).rejects.toThrow('enough');
    expect(guest.stack.connections).toBe(0);
  });

  it('keeps to the segment size and the window that the guest asks for', async () => {
    const { socket } = await open(2500, { mss: 1000 });
    write(socket, bytesOf(0, 0, 10_000));
    await guest.pass(1);
    expect(lengths(guest.segments())).toEqual([1000, 1000]);
  });

  it('scales windows when the guest does', async () => {
    const { socket, send, expected } = await open(1000, { mss: 1000, windowScale: 3 });
    write(socket, bytesOf(0, 0, 100_000));
    await guest.pass(1);
    // The window of a SYN is not scaled.
    expect(lengths(guest.segments())).toEqual([1000]);
    send({ acknowledgement: expected + 1000, window: 1000 });
    expect(lengths(guest.segments())).toEqual(Array.from({ length: 8 }, () => 1000));
  });
});

describe('a reset', () => {
  it('that is exactly right ends the connection', async () => {
    const { socket, send, sequence } = await open();
    send({ flags: RST, sequence });
    expect(await failureOf(socket.closed)).toEqual({ code: 'net/reset', data: WHERE });
    expect(await failureOf(socket.readable.getReader().read())).toMatchObject({ code: 'net/reset' });
    expect(await failureOf(socket.writable.getWriter().closed)).toMatchObject({ code: 'net/reset' });
  });

  it('that is only about right is asked about, and so is a SYN; not more often than five times a second', async () => {
    const { send, sequence } = await open();
    send({ flags: RST, sequence: sequence + 5 });
    expect(guest.segments()).toMatchObject([{ flags: ACK, acknowledgement: sequence }]);
    send({ flags: RST, sequence: sequence + 6 });
    expect(guest.segments()).toEqual([]);
    await guest.pass(250);
    send({ flags: SYN, sequence: sequence + 7 });
    expect(guest.segments()).toMatchObject([{ flags: ACK, acknowledgement: sequence }]);
    expect(guest.stack.connections).toBe(1);
  });

  it('leaves what came before it to be read', async () => {
    const { socket, send, sequence } = await open();
    send({ sequence, payload: bytesOf(0, 0, 10), flags: ACK | PSH });
    send({ flags: RST, sequence: sequence + 10 });
    const reader = socket.readable.getReader();
    expect((await reader.read()).value).toEqual(bytesOf(0, 0, 10));
    expect(await failureOf(reader.read())).toMatchObject({ code: 'net/reset' });
  });

  it('is what a segment for no connection gets, in a form that its sender believes', async () => {
    guest.sendTcp({ sourcePort: 5, destinationPort: 6, flags: SYN, sequence: 70 });
    guest.sendTcp({ sourcePort: 5, destinationPort: 6, flags: ACK, sequence: 70, acknowledgement: 40 });
    guest.sendTcp({ sourcePort: 5, destinationPort: 6, flags: RST, sequence: 70 });
    await guest.pass(1);
    expect(guest.segments()).toMatchObject([
      { flags: RST | ACK, sequence: 0, acknowledgement: 71 },
      { flags: RST, sequence: 40 },
    ]);
  });

  it('is sent when the user gives up: by the signal, by breaking off writing, by not reading what comes', async () => {
    const first = await open();
    await first.socket.writable.abort(new Error('enough'));
    expect(guest.segments()).toMatchObject([{ flags: RST | ACK, sequence: first.expected }]);
    await expect(first.socket.closed).rejects.toThrow('enough');
    const second = await open();
    await second.socket.readable.cancel();
    expect(guest.segments()).toEqual([]);
    second.send({ payload: bytesOf(0, 0, 1) });
    expect(guest.segments()).toMatchObject([{ flags: RST | ACK }]);
    expect(await failureOf(second.socket.closed)).toEqual({ code: 'net/aborted', data: WHERE });
    expect(guest.stack.connections).toBe(0);
  });
});

describe('lost segments', () => {
  it('are sent again when the time is over, each time later, and given up after two minutes', async () => {
    const { socket } = await open();
    write(socket, bytesOf(0, 0, 10));
    const times: number[] = [];
    while (guest.stack.connections > 0) {
      await guest.pass(50);
      if (guest.segments().some(({ payload }) => payload.length > 0)) times.push(guest.clock.now());
    }
    const gaps = times.slice(1).map((time, index) => Math.round((time - times[index]!) / 250) * 250);
    expect(gaps).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(await failureOf(socket.closed)).toEqual({ code: 'net/timeout', data: WHERE });
  });

  it('are sent again at once when three acknowledgements say so', async () => {
    const { socket, send, expected } = await open();
    write(socket, bytesOf(0, 0, 8 * 1460));
    await guest.pass(1);
    expect(guest.segments()).toHaveLength(8);
    send({ acknowledgement: expected });
    send({ acknowledgement: expected });
    expect(guest.segments()).toEqual([]);
    send({ acknowledgement: expected });
    expect(guest.segments()).toMatchObject([{ sequence: expected, payload: bytesOf(0, 0, 1460) }]);
    // The next one is lost, too: a part of what was on its way is acknowledged.
    send({ acknowledgement: expected + 1460 });
    expect(guest.segments()[0]).toMatchObject({ sequence: (expected + 1460) >>> 0 });
  });

  it('make a gap, which is acknowledged at once, and closed', async () => {
    const { socket, send, sequence } = await open();
    send({ sequence: sequence + 10, payload: bytesOf(0, 10, 10) });
    expect(guest.segments()).toMatchObject([{ acknowledgement: sequence }]);
    send({ sequence, payload: bytesOf(0, 0, 15) });
    expect(guest.segments()).toMatchObject([{ acknowledgement: sequence + 20 }]);
    expect((await socket.readable.getReader().read()).value).toEqual(bytesOf(0, 0, 20));
  });
});

describe('a window', () => {
  it('that is closed is asked for, ever less often, for as long as the guest answers', async () => {
    const { socket, send, expected } = await open(0);
    write(socket, bytesOf(0, 0, 100));
    const times: number[] = [];
    for (let second = 0; second < 3600; second++) {
      await guest.pass(1000);
      const probes = guest.segments();
      if (probes.length === 0) continue;
      times.push(second);
      expect(probes[0]).toMatchObject({ flags: ACK, sequence: expected - 1, payload: new Uint8Array(0) });
      send({ window: 0 });
    }
    expect(times.length).toBeGreaterThan(50);
    expect(times.length).toBeLessThan(80);
    send({ window: 50 });
    await guest.pass(60_000);
    expect(lengths(guest.segments())).toContain(50);
    expect(guest.stack.connections).toBe(1);
  });

  it('of ours closes while nobody reads, opens in steps that are worth it, and never goes back', async () => {
    guest = new Guest({ bufferBytes: 4000 });
    const { socket, send, sequence } = await open();
    for (let at = 0; at < 4000; at += 1000) send({ sequence: sequence + at, payload: bytesOf(0, at, 1000) });
    const windows = guest.segments().map(({ acknowledgement, window }) => acknowledgement - sequence + window);
    expect(new Set(windows)).toEqual(new Set([4000]));
    send({ sequence: sequence + 4000, payload: bytesOf(0, 4000, 10) });
    expect(guest.segments()).toMatchObject([{ acknowledgement: sequence + 4000, window: 0 }]);
    await socket.readable.getReader().read();
    expect(guest.segments()).toMatchObject([{ acknowledgement: sequence + 4000, window: 4000 }]);
  });
});

describe('what was read', () => {
  it('opens the window when it is worth a segment, not by every byte', () => {
    const receiver = new Receiver(4000, 1460);
    receiver.start(0, 0);
    const rest = { acknowledgement: 0, window: 0, options: {}, sourcePort: 1, destinationPort: 2, flags: ACK };
    receiver.take({ ...rest, sequence: 0, payload: bytesOf(0, 0, 4000) });
    expect(receiver.announce()).toBe(0);
    receiver.read(1459);
    expect([receiver.hasNewRoom, receiver.announce()]).toEqual([false, 0]);
    receiver.read(1);
    expect([receiver.hasNewRoom, receiver.announce()]).toEqual([true, 1460]);
  });
});

describe('a connection on which nothing happens', () => {
  it('is looked after once a minute, and lives as long as the guest answers', async () => {
    const { send } = await open();
    for (let minute = 0; minute < 30; minute++) {
      await guest.pass(61_000);
      expect(guest.segments().length).toBe(1);
      send({});
    }
    expect(guest.stack.connections).toBe(1);
  });

  it('is given up when the guest is gone', async () => {
    const { socket } = await open();
    await guest.pass(140_000);
    expect(guest.segments()).toHaveLength(5);
    expect(await failureOf(socket.closed)).toMatchObject({ code: 'net/timeout' });
  });
});

describe('a connection’s end', () => {
  it('can be half: the other end goes on', async () => {
    const { socket, send, expected, sequence } = await open();
    const closing = socket.writable.close();
    await guest.pass(1);
    expect(guest.segments()).toMatchObject([{ flags: ACK | FIN, sequence: expected }]);
    send({ acknowledgement: expected + 1, payload: bytesOf(0, 0, 5) });
    await closing;
    const reader = socket.readable.getReader();
    expect((await reader.read()).value).toEqual(bytesOf(0, 0, 5));
    send({ acknowledgement: expected + 1, sequence: sequence + 5, flags: ACK | FIN });
    expect((await reader.read()).done).toBe(true);
    await socket.closed;
  });

  it('is remembered for stragglers, a repeated FIN among them, and not by a reset cut short', async () => {
    const { socket, send, expected, sequence } = await open();
    void socket.writable.close();
    await guest.pass(1);
    const last = { acknowledgement: expected + 1, flags: ACK | FIN };
    send(last);
    await socket.closed;
    guest.segments();
    send({ sequence: sequence + 1, flags: RST });
    send(last);
    expect(guest.segments()).toMatchObject([{ flags: ACK, acknowledgement: sequence + 1 }]);
    await guest.pass(29_000);
    expect(guest.stack.connections).toBe(1);
    await guest.pass(2000);
    expect(guest.stack.connections).toBe(0);
  });

  it('is not forgotten for a new SYN where nobody listens: the FIN that comes again is still acknowledged', async () => {
    const { socket, send, expected, sequence } = await open();
    void socket.writable.close();
    await guest.pass(1);
    const last = { acknowledgement: expected + 1, flags: ACK | FIN };
    send(last);
    await socket.closed;
    guest.segments();
    send({ sequence: sequence + 90_000, flags: SYN });
    await guest.pass(1000);
    send(last);
    const answer = { flags: ACK, sequence: expected + 1, acknowledgement: sequence + 1 };
    expect(guest.segments()).toMatchObject([answer, answer]);
  });
});

describe('listening', () => {
  const syn = { sourcePort: 3000, destinationPort: 8080, flags: SYN, sequence: 500, window: 1000 };

  async function accepted(): Promise<TcpSegment> {
    guest.sendTcp(syn);
    await guest.pass(1);
    const [answer] = guest.segments();
    guest.sendTcp({ ...syn, flags: ACK, sequence: 501, acknowledgement: answer!.sequence + 1 });
    return answer!;
  }

  it('takes connections that are open, and no sooner', async () => {
    const sockets: TcpSocket[] = [];
    guest.stack.listen(8080, (socket) => void sockets.push(socket));
    guest.sendTcp(syn);
    await guest.pass(1);
    expect(sockets).toEqual([]);
    await accepted();
    expect(sockets).toHaveLength(1);
  });

  it('does not scale windows for who does not ask, and answers a SYN that comes again', async () => {
    guest.stack.listen(8080, () => undefined);
    guest.sendTcp(syn);
    guest.sendTcp(syn);
    await guest.pass(1);
    const answers = guest.segments();
    expect(answers).toMatchObject([{ flags: SYN | ACK, window: 65_535 }, { flags: SYN | ACK }]);
    expect(answers[0]!.options).toEqual({ mss: 1460 });
  });

  it('can be had for a port once, until the signal', async () => {
    const stop = new AbortController();
    guest.stack.listen(8080, () => undefined, { signal: stop.signal });
    const again = failureOf(() => guest.stack.listen(8080, () => undefined));
    expect(await again).toEqual({ code: 'net/port-in-use', data: { port: 8080 } });
    stop.abort();
    guest.sendTcp(syn);
    await guest.pass(1);
    expect(guest.segments()).toMatchObject([{ flags: RST | ACK }]);
    guest.stack.listen(8080, () => undefined);
  });

  it('lets a new connection follow one between the same ports', async () => {
    const sockets: TcpSocket[] = [];
    guest.stack.listen(8080, (socket) => void sockets.push(socket));
    const { sequence } = await accepted();
    void sockets[0]!.writable.close();
    await guest.pass(1);
    guest.sendTcp({ ...syn, flags: ACK | FIN, sequence: 501, acknowledgement: sequence + 2 });
    await sockets[0]!.closed;
    guest.segments();
    guest.sendTcp({ ...syn, sequence: 90_000 });
    expect(guest.segments()).toMatchObject([{ flags: SYN | ACK, acknowledgement: 90_001 }]);
  });

  it('has no room for more than a thousand that are never finished', async () => {
    guest.stack.listen(8080, () => undefined);
    for (let port = 0; port < 2000; port++) guest.sendTcp({ ...syn, sourcePort: port + 1 });
    expect(guest.stack.connections).toBe(1024);
    expect(await failureOf(guest.stack.connect('10.0.2.15', 80))).toMatchObject({ code: 'net/busy' });
    await guest.pass(32_000);
    expect(guest.stack.connections).toBe(0);
  });
});
