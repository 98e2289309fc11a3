import { createServer, type RequestListener } from 'node:http';
import { Duplex } from 'node:stream';
import { NetStack, type TcpSocket } from '#domain/net/index.ts';
import type { Connect } from '#gateway/index.ts';
import { REAL_CLOCK } from './servers.ts';

const ADDRESSES = ['10.0.2.2', '10.0.2.15'] as const;
const MACS = ['52:55:0a:00:02:02', '52:55:0a:00:02:0f'] as const;

/** Node's HTTP server, for connections of our TCP/IP stack. */
export function serving(listener: RequestListener): (socket: TcpSocket) => void {
  const server = createServer(listener);
  return (socket) => void server.emit('connection', duplexOf(socket));
}

/** Two of our TCP/IP stacks at the ends of a cable in memory, with something that listens on the guest's side. */
export function joinedStacks(
  port: number,
  accept: (socket: TcpSocket) => void,
): { connect: Connect; close: () => void } {
  const stacks: NetStack[] = [0, 1].map(
    (end) =>
      new NetStack({
        mac: MACS[end]!,
        address: ADDRESSES[end]!,
        prefix: 24,
        guestAddress: ADDRESSES[1 - end]!,
        lookup: () => undefined,
        clock: REAL_CLOCK,
        random: () => Math.floor(Math.random() * 2 ** 32),
        transmit: (frame) => setImmediate(() => stacks[1 - end]?.receive(frame)),
      }),
  );
  const [host, guest] = stacks;
  guest!.listen(port, accept);
  return {
    connect: (to, { signal }) => host!.connect(ADDRESSES[1], to, { signal }),
    close: () => {
      for (const stack of stacks) stack.close();
    },
  };
}

/** A connection as Node's servers take it. (Node 20's own `Duplex.fromWeb` throws when a connection breaks while it writes.) */
function duplexOf({ readable, writable }: TcpSocket): Duplex {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  writer.closed.catch(() => undefined);
  const ignore = (): void => undefined;
  const duplex: Duplex = new Duplex({
    read: () => void give().catch((error: Error) => duplex.destroy(error)),
    write: (bytes: Uint8Array, _, done) => void after(writer.write(bytes), done),
    final: (done) => void after(writer.close(), done),
    destroy: (error, done) => {
      breakOff(error);
      done(error);
    },
  });
  const breakOff = (reason: unknown): void => {
    for (const end of [reader.cancel(reason), writer.abort(reason)]) end.catch(ignore);
  };
  const give = async (): Promise<void> => {
    const { done, value } = await reader.read();
    duplex.push(done ? null : value);
  };
  return duplex.on('error', ignore);
}

async function after(work: Promise<void>, done: (error?: Error | null) => void): Promise<void> {
  const failure = await work.then(
    () => null,
    (error: Error) => error,
  );
  done(failure);
}
