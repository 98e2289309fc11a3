import type { TcpSocket } from './socket.ts';

/**
 * Lets the bytes of a guest's connection and of what stands for its other end pass between the two, each at the pace of who
 * reads; what breaks off one breaks off the other.
 */
export function joinStreams(guest: TcpSocket, other: TcpSocket): void {
  const inward = other.readable.pipeTo(guest.writable);
  const settled = inward.catch(() => undefined);
  // When the other end has ended, what the guest still sends goes nowhere; but resetting it for that must not take away what is
  // on its way to the guest.
  const outward = guest.readable.pipeTo(other.writable, { preventCancel: true });
  outward.catch(async (error: unknown) => {
    await settled;
    await guest.readable.cancel(error).catch(() => undefined);
  });
}
