import { connect as connectSocket, type Socket } from 'node:net';
import type { Connect } from '#gateway/index.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';

/** A connection of this machine's kernel in the shape that the gateway takes. */
function connectionOf(socket: Socket): ByteStreams {
  const closed = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  closed.catch(() => undefined);
  return { readable: readableOf(socket), writable: writableOf(socket), closed };
}

function readableOf(socket: Socket): ReadableStream<Uint8Array<ArrayBuffer>> {
  let failure: Error | undefined;
  socket.on('error', (error) => (failure = error));
  const next = async (): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    for (;;) {
      const bytes: Buffer | null = socket.read();
      if (bytes) return new Uint8Array(bytes);
      if (failure) throw failure;
      if (socket.readableEnded || socket.destroyed) return undefined;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          for (const name of ['readable', 'end', 'error', 'close']) socket.off(name, wake);
          resolve();
        };
        for (const name of ['readable', 'end', 'error', 'close']) socket.on(name, wake);
      });
    }
  };
  return new ReadableStream(
    {
      pull: async (controller) => {
        const bytes = await next();
        if (bytes) controller.enqueue(bytes);
        else controller.close();
      },
      cancel: () => socket.destroySoon(),
    },
    { highWaterMark: 0 },
  );
}

function writableOf(socket: Socket): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (bytes) =>
      new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
    close: () => new Promise((resolve) => socket.end(() => resolve())),
    abort: () => void socket.resetAndDestroy(),
  });
}

/** Connects to ports of this machine. */
export const connectLoopback: Connect = async (port, { signal }) => {
  const socket = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const breakOff = (): void => void (socket.connecting ? socket.destroy() : socket.resetAndDestroy());
  signal.addEventListener('abort', breakOff);
  socket.once('close', () => signal.removeEventListener('abort', breakOff));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
    socket.once('close', reject);
  });
  signal.throwIfAborted();
  return connectionOf(socket);
};
