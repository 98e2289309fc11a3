import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseIpv4 } from '#domain/net/address.ts';
import { encodeArp } from '#domain/net/arp.ts';
import { addressIn, decodeDhcp, DHCP_OPTION, DHCP_TYPE, encodeDhcp, optionOfU32 } from '#domain/net/dhcp.ts';
import { answerDns } from '#domain/net/dns-server.ts';
import { encodeEthernet } from '#domain/net/ethernet.ts';
import { failureOf } from '../../support/failure.ts';
import { Guest, GUEST, GUEST_MAC, HOST, HOST_MAC } from './support/guest.ts';

let guest = new Guest();
beforeEach(() => void (guest = new Guest()));

const data = Uint8Array.of(1, 2, 3);

describe('the neighbourhood', () => {
  it('is told our hardware address, and nobody else’s', () => {
    const ask = (targetAddress: number): void => {
      const question = { senderMac: GUEST_MAC, senderAddress: GUEST, targetMac: 0, targetAddress };
      const packet = encodeArp({ operation: 'request', ...question });
      guest.stack.receive(encodeEthernet({ destination: 0xffff_ffff_ffff, source: GUEST_MAC, type: 0x0806 }, packet));
    };
    ask(HOST);
    ask(parseIpv4('10.0.2.3'));
    const reply = { operation: 'reply', senderMac: HOST_MAC, senderAddress: HOST } as const;
    const answer = encodeArp({ ...reply, targetMac: GUEST_MAC, targetAddress: GUEST });
    expect(guest.frames).toEqual([encodeEthernet({ destination: GUEST_MAC, source: HOST_MAC, type: 0x0806 }, answer)]);
  });

  it('that does not answer cannot be reached: that is said after three questions', async () => {
    guest.answersArp = false;
    const failed = failureOf(guest.stack.connect('10.0.2.15', 80));
    const unheard = failureOf(guest.stack.ping('10.0.2.15'));
    await guest.pass(4000);
    expect(await failed).toEqual({ code: 'net/unreachable', data: { address: '10.0.2.15:80' } });
    expect(await unheard).toMatchObject({ code: 'net/unreachable' });
    expect(guest.frames.length).toBe(3);
  });

  it('that says nothing any more is asked for its hardware address again: it may have another', async () => {
    const asked = guest.stack.ping('10.0.2.15').catch(() => 'lost');
    await guest.pass(1);
    // A machine that starts from a snapshot gives itself an address of its own, without a word to anybody.
    guest.mac = GUEST_MAC + 1;
    guest.sendIcmp({ type: 'echo-request', identifier: 1, sequence: 1, data });
    await guest.pass(1);
    expect(guest.packets().map(({ mac }) => mac)).toEqual([GUEST_MAC, GUEST_MAC]);
    const failing = failureOf(guest.stack.connect('10.0.2.15', 80));
    await guest.pass(40_000);
    const [first, ...later] = guest.packets();
    expect(first?.mac).toBe(GUEST_MAC);
    expect(later.at(-1)?.mac).toBe(GUEST_MAC + 1);
    expect(await failing).toMatchObject({ code: 'net/timeout' });
    expect(await asked).toBe('lost');
  });

  it('has nothing beyond it', async () => {
    for (const address of ['10.0.3.1', '10.0.2.255', '10.0.2.2', '8.8.8.8']) {
      expect(await failureOf(guest.stack.connect(address, 80))).toMatchObject({ code: 'net/unreachable' });
    }
  });
});

describe('an echo', () => {
  it('is given to who asks', async () => {
    guest.sendIcmp({ type: 'echo-request', identifier: 7, sequence: 3, data });
    await guest.pass(1);
    expect(guest.icmp()).toEqual([{ type: 'echo-reply', identifier: 7, sequence: 3, data }]);
  });

  it('is asked for, and its time measured', async () => {
    const asked = guest.stack.ping('10.0.2.15');
    await guest.pass(12);
    const [question] = guest.icmp();
    if (question?.type !== 'echo-request') throw new Error('there was no question');
    guest.sendIcmp({ ...question, type: 'echo-reply', identifier: question.identifier ^ 1 });
    guest.sendIcmp({ ...question, type: 'echo-reply' });
    expect(await asked).toBe(12);
  });

  it('does not come, or is not waited for', async () => {
    const late = failureOf(guest.stack.ping('10.0.2.15'));
    const abort = new AbortController();
    const given = guest.stack.ping('10.0.2.15', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await guest.pass(6000);
    expect(await late).toMatchObject({ code: 'net/timeout' });
  });
});

describe('what cannot be delivered is sent back', () => {
  const code = (): unknown[] =>
    guest.icmp().map((message) => (message.type === 'unreachable' ? message.code : message));

  it('from the world behind the router, from a port and a protocol that nobody serves', async () => {
    const datagram = { sourcePort: 1000, destinationPort: 9999, payload: new Uint8Array(20) };
    guest.sendUdp(datagram, GUEST, parseIpv4('8.8.8.8'));
    guest.sendUdp(datagram);
    guest.sendIpv4(132, new Uint8Array(20));
    await guest.pass(1);
    expect(code()).toEqual([0, 3, 2]);
  });

  it('but not what went to all, or is itself such a message', async () => {
    const datagram = { sourcePort: 1000, destinationPort: 9999, payload: new Uint8Array(20) };
    for (const address of ['10.0.2.255', '255.255.255.255', '224.0.0.251']) {
      guest.sendUdp(datagram, GUEST, parseIpv4(address));
    }
    guest.sendIcmp({ type: 'unreachable', code: 3, quoted: new Uint8Array(28) });
    await guest.pass(1);
    expect(code()).toEqual([]);
  });
});

describe('DHCP', () => {
  const request = (type: number, options: readonly (readonly [number, Uint8Array])[] = [], clientAddress = 0) => ({
    operation: 'request' as const,
    transaction: 77,
    seconds: 0,
    broadcast: false,
    clientAddress,
    yourAddress: 0,
    clientMac: GUEST_MAC,
    options: new Map([[DHCP_OPTION.messageType, Uint8Array.of(type)], ...options]),
  });

  function ask(message: ReturnType<typeof request>, source = 0): ReturnType<typeof decodeDhcp> {
    const datagram = { sourcePort: 68, destinationPort: 67, payload: encodeDhcp(message) };
    guest.sendUdp(datagram, source, 0xffff_ffff);
    const [answer] = guest.datagrams();
    return answer && decodeDhcp(answer.payload);
  }
  const typeOf = (answer: ReturnType<typeof decodeDhcp>): number | undefined =>
    answer?.options.get(DHCP_OPTION.messageType)?.[0];

  it('offers the address, and gives it', () => {
    const offer = ask(request(DHCP_TYPE.discover));
    expect(offer).toMatchObject({ operation: 'reply', transaction: 77, yourAddress: GUEST, clientMac: GUEST_MAC });
    expect(typeOf(offer)).toBe(DHCP_TYPE.offer);
    const wish = [
      [DHCP_OPTION.requestedAddress, optionOfU32(GUEST)] as const,
      [DHCP_OPTION.server, optionOfU32(HOST)] as const,
    ];
    const given = ask(request(DHCP_TYPE.request, wish));
    if (!given) throw new Error('there was no answer');
    expect(typeOf(given)).toBe(DHCP_TYPE.ack);
    expect(addressIn(given, DHCP_OPTION.router)).toBe(HOST);
    expect(addressIn(given, DHCP_OPTION.nameServer)).toBe(HOST);
    expect(addressIn(given, DHCP_OPTION.subnetMask)).toBe(0xffff_ff00);
  });

  it('extends it for who has it, and tells the rest to who asks for no address', () => {
    expect(typeOf(ask(request(DHCP_TYPE.request, [], GUEST), GUEST))).toBe(DHCP_TYPE.ack);
    const rest = ask(request(DHCP_TYPE.inform, [], GUEST), GUEST);
    expect(rest).toMatchObject({ yourAddress: 0 });
    expect(rest?.options.has(DHCP_OPTION.leaseTime)).toBe(false);
  });

  it('refuses another address, and says nothing to who has chosen another server', () => {
    const other = [DHCP_OPTION.requestedAddress, optionOfU32(parseIpv4('10.0.2.77'))] as const;
    expect(typeOf(ask(request(DHCP_TYPE.request, [other])))).toBe(DHCP_TYPE.nak);
    const server = [DHCP_OPTION.server, optionOfU32(parseIpv4('10.0.2.3'))] as const;
    expect(ask(request(DHCP_TYPE.request, [server]))).toBeUndefined();
    expect(ask(request(DHCP_TYPE.release))).toBeUndefined();
  });
});

describe('names, asked for by c-ares', () => {
  let server: Socket;
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const lookup = (name: string): number | undefined => (name === 'portolan.test' ? HOST : undefined);

  beforeEach(async () => {
    server = createSocket('udp4', (query, from) => {
      const answer = answerDns(query, lookup);
      if (answer) server.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => void server.bind(0, '127.0.0.1', resolve));
    resolver.setServers([`127.0.0.1:${server.address().port}`]);
  });
  afterEach(() => void server.close());

  it('have an address, however they are written', async () => {
    expect(await resolver.resolve4('portolan.test')).toEqual(['10.0.2.2']);
    expect(await resolver.resolve4('PORTOLAN.test')).toEqual(['10.0.2.2']);
  });

  it('have no other records', async () => {
    await expect(resolver.resolve6('portolan.test')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolveMx('portolan.test')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('do not exist but for those that are given', async () => {
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('are answered through the stack, too', async () => {
    const query = Buffer.from('\0\u{9}\u{1}\0\0\u{1}\0\0\0\0\0\0\u{8}portolan\u{4}test\0\0\u{1}\0\u{1}', 'latin1');
    guest.sendUdp({ sourcePort: 4000, destinationPort: 53, payload: query });
    await guest.pass(1);
    const [answer] = guest.datagrams();
    expect(answer?.destinationPort).toBe(4000);
    expect(answer?.payload.subarray(-4)).toEqual(Uint8Array.of(10, 0, 2, 2));
  });

  it('are not looked up for what is no question: it is told so, or nothing', () => {
    const code = (query: number[]): number | undefined => (answerDns(Uint8Array.from(query), lookup)?.[3] ?? -1) & 0xf;
    const name = [1, 97, 0, 0, 1, 0, 1];
    expect(code([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name])).toBe(3);
    expect(code([0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, ...name])).toBe(1);
    expect(code([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1])).toBe(1);
    expect(code([0, 1, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name])).toBe(4);
    expect(answerDns(Uint8Array.of(0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0), lookup)).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void answerDns(bytes, lookup)));
  });
});

describe('a stack', () => {
  it('takes any frame without throwing', () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 120 }), fc.uint8Array({ maxLength: 1600 }));
    fc.assert(
      fc.property(body, fc.constantFrom(0x0800, 0x0806, 0x86dd), (payload, type) => {
        guest.stack.receive(payload);
        guest.stack.receive(encodeEthernet({ destination: HOST_MAC, source: GUEST_MAC, type }, payload));
        for (const protocol of [1, 6, 17]) guest.sendIpv4(protocol, payload.slice(0, 1400));
      }),
    );
  });

  it('that is closed says so, and takes nothing of the clock', async () => {
    const opening = failureOf(guest.stack.connect('10.0.2.15', 80));
    await guest.pass(1);
    guest.stack.close();
    expect(await opening).toMatchObject({ code: 'net/closed' });
    expect(await failureOf(guest.stack.connect('10.0.2.15', 80))).toMatchObject({ code: 'net/closed' });
    expect(await failureOf(() => guest.stack.listen(1, () => undefined))).toMatchObject({ code: 'net/closed' });
    expect(guest.clock.pending).toBe(0);
  });
});
