import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from 'vitest/browser';
import type { RelayLink } from '#domain/wisp/index.ts';
import { dialRelay } from '../../workers/machine/relay/dial-relay.ts';
import { SocketLink } from '../../workers/machine/relay/socket-link.ts';
import { StreamLink } from '../../workers/machine/relay/stream-link.ts';

let url = '';
beforeEach(async () => void (url = await commands.openRelay()));
afterEach(() => commands.closeRelays());

/** What a link has told, as text. */
function told(): { log: string[]; events: ConstructorParameters<typeof SocketLink>[1] } {
  const log: string[] = [];
  return {
    log,
    events: {
      opened: () => void log.push('opened'),
      message: (message) => void log.push(`${message[0]}: ${message.length} bytes`),
      ended: (detail) => void log.push(detail),
    },
  };
}

const seen = (log: readonly string[], wanted: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(log).toEqual(wanted), { timeout: 10_000 });

describe.each([
  ['SocketLink', SocketLink],
  ['StreamLink', StreamLink],
])('%s', (_, Link) => {
  it('says when it is open, what comes, and that it was broken off', async () => {
    const { log, events } = told();
    const link: RelayLink = new Link(url, events);
    // wisp-js says at once how much it takes.
    await seen(log, ['opened', '3: 9 bytes']);
    // Nobody listens at this port: it says so.
    link.send(Uint8Array.of(1, 7, 0, 0, 0, 1, 1, 0, ...new TextEncoder().encode('isle.test')));
    await seen(log, ['opened', '3: 9 bytes', '4: 6 bytes']);
    await link.room();
    await commands.stopRelay(url);
    await seen(log, ['opened', '3: 9 bytes', '4: 6 bytes', 'it broke off']);
  });

  it('says when nobody is there', async () => {
    await commands.stopRelay(url);
    const { log, events } = told();
    const link: RelayLink = new Link(url, events);
    await seen(log, [expect.stringContaining('no WebSocket could be opened')]);
    link.send(Uint8Array.of(1));
    await link.room();
  });

  it('is closed before it is open, and after', async () => {
    const { log, events } = told();
    new Link(url, events).close();
    await seen(log, [expect.stringContaining('no WebSocket could be opened')]);
    const later = told();
    const link = new Link(url, later.events);
    await seen(later.log, ['opened', '3: 9 bytes']);
    link.close();
    await seen(later.log, ['opened', '3: 9 bytes', expect.stringContaining('closed with code')]);
  });
});

describe('a link that can be held back', () => {
  it('is what Chromium has, and takes nothing until it is let go', async () => {
    const { log, events } = told();
    const link = dialRelay(url, events);
    expect(link).toBeInstanceOf(StreamLink);
    await seen(log, ['opened', '3: 9 bytes']);
    link.hold(true);
    const before = log.length;
    for (let stream = 1; stream <= 5; stream++)
      link.send(Uint8Array.of(1, stream, 0, 0, 0, 1, 1, 0, 105, 115, 108, 101));
    await new Promise((resolve) => setTimeout(resolve, 500));
    // One was being read already.
    expect(log.length).toBeLessThanOrEqual(before + 1);
    link.hold(false);
    await vi.waitFor(() => expect(log.length).toBe(before + 5), { timeout: 10_000 });
    link.close();
  });
});
