import { createServer, connect, type AddressInfo } from 'node:net';
import { NetStack, type Clock, type TcpSocket } from '#domain/net/index.ts';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare } from '../../cli/bench/statistics.ts';

const RUNS = 7;
const BYTES = 64 * 1024 * 1024;
const PIECE = new Uint8Array(64 * 1024).fill(0x5a);
const PORT = 80;

/** The stack against itself in memory, both ends in this thread, against the system's own over loopback. */
export const benchmark: Benchmark = {
  name: 'net-sim',
  summary: 'one stream of 64 MiB from stack to stack in memory, without loss, against node:net over loopback',
  run: async () => {
    await throughStacks();
    return { unit: 'MB/s', ...(await compare(throughStacks, throughLoopback, RUNS)) };
  },
};

const CLOCK: Clock = {
  now: () => performance.now(),
  after: (delay, callback) => {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

/** Two stacks; frames wait in a queue until the current task is over, as an engine hands them on. */
function stackPair(): readonly [NetStack, NetStack] {
  const queue: (() => void)[] = [];
  const drain = (): void => {
    for (let next = queue.shift(); next; next = queue.shift()) next();
  };
  const stacks: NetStack[] = [];
  const transmitTo = (to: number) => (frame: Uint8Array) => {
    if (queue.push(() => stacks[to]?.receive(frame)) === 1) setImmediate(drain);
  };
  const shared = {
    prefix: 24,
    guestAddress: '10.0.2.15',
    lookup: () => undefined,
    clock: CLOCK,
    random: () => Math.floor(Math.random() * 2 ** 32),
  };
  const host = new NetStack({ ...shared, mac: '52:55:0a:00:02:02', address: '10.0.2.2', transmit: transmitTo(1) });
  const guest = new NetStack({ ...shared, mac: '52:55:0a:00:02:0f', address: '10.0.2.15', transmit: transmitTo(0) });
  stacks.push(host, guest);
  return [host, guest];
}

async function throughStacks(): Promise<number> {
  const [host, guest] = stackPair();
  guest.listen(PORT, (socket) => void send(socket));
  const socket = await host.connect('10.0.2.15', PORT);
  const began = performance.now();
  await socket.writable.close();
  let bytes = 0;
  for await (const chunk of socket.readable) bytes += chunk.length;
  const seconds = (performance.now() - began) / 1000;
  host.close();
  guest.close();
  if (bytes !== BYTES) throw new Error(`${bytes} of ${BYTES} bytes have come`);
  return bytes / 1e6 / seconds;
}

async function send(socket: TcpSocket): Promise<void> {
  const writer = socket.writable.getWriter();
  for (let at = 0; at < BYTES; at += PIECE.length) await writer.write(PIECE);
  await writer.close();
}

async function throughLoopback(): Promise<number> {
  const server = createServer((socket) => {
    let left = BYTES;
    const fill = (): void => {
      while (left > 0) {
        left -= PIECE.length;
        if (!socket.write(PIECE)) return void socket.once('drain', fill);
      }
      socket.end();
    };
    fill();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const began = performance.now();
  for await (const chunk of socket) void chunk;
  const seconds = (performance.now() - began) / 1000;
  server.close();
  return BYTES / 1e6 / seconds;
}
