import { NetStack } from '#domain/net/index.ts';
import type { Session } from '#ports/engine.ts';

export const GUEST = '10.0.2.15';

/** Our stack at the other end of the cable from a guest; it knows the host as host.test. */
export function guestStack(session: Session): NetStack {
  const stack = new NetStack({
    mac: '52:55:0a:00:02:02',
    address: '10.0.2.2',
    prefix: 24,
    guestAddress: GUEST,
    mtu: session.network.mtu,
    lookup: (name) => (name === 'host.test' ? '10.0.2.2' : undefined),
    clock: {
      now: () => performance.now(),
      after: (delay, callback) => {
        const timer = setTimeout(callback, delay);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.floor(Math.random() * 2 ** 32),
    transmit: (frame) => session.network.send(frame),
  });
  session.network.subscribe((frame, isSummed) => stack.receive(frame, isSummed));
  return stack;
}
