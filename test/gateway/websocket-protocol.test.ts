import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, OPCODE } from '#gateway/websocket/frame.ts';
import { MessageReader } from '#gateway/websocket/message-reader.ts';
import { eventually } from './support/eventually.ts';
import { open, rawPeer, serverFrame } from './support/web-socket-server.ts';

/** What Autobahn's list of cases expects of a client that echoes all messages: bytes of frames, and what comes back. */
interface Case {
  readonly name: string;
  readonly say: readonly Buffer[];
  /** Messages that come back, each as `opcode:payload`; pongs as they stand among them. */
  readonly hear?: readonly string[];
  /** The code by which the client closes; undefined when it goes on. */
  readonly fails?: number;
}

const [TEXT, BINARY, MORE, CLOSE, PING, PONG] = [0x81, 0x82, 0x80, 0x88, 0x89, 0x8a];
const code = (number: number, reason: Uint8Array | string = ''): Buffer =>
  Buffer.concat([Buffer.from([number >> 8, number & 255]), Buffer.from(reason)]);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sizes = [0, 125, 126, 127, 128, 65_535, 65_536];
const KAPPA = 'κόσμε';

const FRAMING: Case[] = [
  ...sizes.map((size) => ({ name: `1.1 a text of ${size} bytes`, say: [serverFrame(TEXT, '*'.repeat(size))], hear: [`1:${'*'.repeat(size)}`] })), // prettier-ignore
  ...sizes.map((size) => ({ name: `1.2 binary of ${size} bytes`, say: [serverFrame(BINARY, '*'.repeat(size))], hear: [`2:${'*'.repeat(size)}`] })), // prettier-ignore
];
const PINGS: Case[] = [
  { name: '2.1 a ping without payload', say: [serverFrame(PING)], hear: ['10:'] },
  { name: '2.2 a ping with a text', say: [serverFrame(PING, 'Hello')], hear: ['10:Hello'] },
  { name: '2.3 a ping with bytes', say: [serverFrame(PING, hex('00ff feff'))], hear: [`10:${hex('00fffeff').toString('latin1')}`] }, // prettier-ignore
  { name: '2.4 a ping of 125 bytes', say: [serverFrame(PING, 'x'.repeat(125))], hear: [`10:${'x'.repeat(125)}`] },
  { name: '2.5 a ping of 126 bytes', say: [serverFrame(PING, 'x'.repeat(126))], fails: 1002 },
  { name: '2.7 a pong nobody asked for', say: [serverFrame(PONG), serverFrame(TEXT, 'on')], hear: ['1:on'] },
  { name: '2.8 a pong with a payload', say: [serverFrame(PONG, 'x'), serverFrame(TEXT, 'on')], hear: ['1:on'] },
];
const RESERVED: Case[] = [
  ...[0x10, 0x20, 0x40, 0x30, 0x50, 0x60, 0x70].map((bits) => ({ name: `3 reserved bits ${bits.toString(16)}`, say: [serverFrame(TEXT | bits, 'x')], fails: 1002 })), // prettier-ignore
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({ name: `4 opcode ${opcode}`, say: [serverFrame(0x80 | opcode)], fails: 1002 })), // prettier-ignore
  { name: '3.2 reserved bits after a message', say: [serverFrame(TEXT, 'first'), serverFrame(TEXT | 0x20, 'x')], hear: ['1:first'], fails: 1002 }, // prettier-ignore
  { name: 'a masked frame of a server', say: [hex('8181 00000000 61')], fails: 1002 },
  { name: 'a length that is not written shortest', say: [hex('81 7e 0001 61')], fails: 1002 },
  { name: 'a length beyond all', say: [hex('82 7f ffffffffffffffff')], fails: 1009 },
];
const FRAGMENTS: Case[] = [
  { name: '5.1 a ping in fragments', say: [serverFrame(0x09, 'a'), serverFrame(MORE, 'b')], fails: 1002 },
  { name: '5.2 a pong in fragments', say: [serverFrame(0x0a, 'a'), serverFrame(MORE, 'b')], fails: 1002 },
  { name: '5.3 a text in fragments', say: [serverFrame(0x01, 'a'), serverFrame(MORE, 'b')], hear: ['1:ab'] },
  { name: '5.6 a ping between fragments', say: [serverFrame(0x01, 'a'), serverFrame(PING, 'p'), serverFrame(MORE, 'b')], hear: ['10:p', '1:ab'] }, // prettier-ignore
  { name: '5.9 going on without beginning', say: [serverFrame(MORE, 'x'), serverFrame(TEXT, 'y')], fails: 1002 },
  { name: '5.12 going on without beginning, not at its end', say: [serverFrame(0, 'x'), serverFrame(TEXT, 'y')], fails: 1002 }, // prettier-ignore
  { name: '5.15 going on after the end', say: [serverFrame(0x01, 'a'), serverFrame(MORE, 'b'), serverFrame(0, 'c')], hear: ['1:ab'], fails: 1002 }, // prettier-ignore
  { name: '5.18 a message within another', say: [serverFrame(0x01, 'a'), serverFrame(TEXT, 'b')], fails: 1002 },
  { name: '5.19 many fragments and pings', say: [serverFrame(0x01, 'a'), serverFrame(0, 'b'), serverFrame(PING, '1'), serverFrame(0, 'c'), serverFrame(0, ''), serverFrame(PING, '2'), serverFrame(MORE, 'd')], hear: ['10:2', '1:abcd'] }, // prettier-ignore
  { name: 'a message of no bytes in fragments', say: [serverFrame(0x02), serverFrame(0), serverFrame(MORE)], hear: ['2:'] }, // prettier-ignore
];
const UTF8: Case[] = [
  { name: '6.1 empty fragments', say: [serverFrame(0x01), serverFrame(0), serverFrame(MORE)], hear: ['1:'] },
  { name: '6.2 a text cut between characters and within', say: [serverFrame(0x01, Buffer.from(KAPPA).subarray(0, 3)), serverFrame(MORE, Buffer.from(KAPPA).subarray(3))], hear: [`1:${Buffer.from(KAPPA).toString('latin1')}`] }, // prettier-ignore
  { name: '6.3 a surrogate in the middle', say: [serverFrame(TEXT, hex('ce ba e1 bd b9 ed a0 80 65'))], fails: 1007 },
  { name: '6.4 what can become UTF-8 no more, at once', say: [serverFrame(0x01, hex('f4 90 80 80'))], fails: 1007 },
  ...['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af', 'c1bf', 'eda080', 'edbfbf', 'f4908080', 'ff', 'fe', '80', 'bf', 'ce', 'e188', 'f7bfbfbf'].map((bytes) => ({ name: `6 the bytes ${bytes}`, say: [serverFrame(TEXT, hex(bytes))], fails: 1007 })), // prettier-ignore
  ...['00', '7f', 'c280', 'dfbf', 'e0a080', 'efbfbf', 'f0908080', 'f48fbfbf', 'ed9fbf', 'ee8080', 'efbfbd', 'efbbbf'].map((bytes) => ({ name: `6 the bytes ${bytes}`, say: [serverFrame(TEXT, hex(bytes))], hear: [`1:${hex(bytes).toString('latin1')}`] })), // prettier-ignore
];
const CLOSES: Case[] = [
  { name: '7.1.1 a message, then a close', say: [serverFrame(TEXT, 'x'), serverFrame(CLOSE, code(1000))], hear: ['1:x'], fails: 1000 }, // prettier-ignore
  { name: '7.1.2 two closes', say: [serverFrame(CLOSE, code(1000)), serverFrame(CLOSE, code(1000))], fails: 1000 },
  { name: '7.1.4 a message after a close', say: [serverFrame(CLOSE, code(1000)), serverFrame(TEXT, 'x')], fails: 1000 },
  { name: '7.1.5 a close within a message', say: [serverFrame(0x01, 'x'), serverFrame(CLOSE, code(1000)), serverFrame(MORE, 'y')], fails: 1000 }, // prettier-ignore
  { name: '7.3.1 a close that says nothing', say: [serverFrame(CLOSE)], fails: 1005 },
  { name: '7.3.2 half a code', say: [serverFrame(CLOSE, 'x')], fails: 1002 },
  { name: '7.3.5 a reason of 123 bytes', say: [serverFrame(CLOSE, code(1000, '*'.repeat(123)))], fails: 1000 },
  { name: '7.3.6 a reason of 124 bytes', say: [serverFrame(CLOSE, code(1000, '*'.repeat(124)))], fails: 1002 },
  { name: '7.5.1 a reason that is not UTF-8', say: [serverFrame(CLOSE, code(1000, hex('ceed a080')))], fails: 1007 },
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((number) => ({ name: `7.7 the code ${number}`, say: [serverFrame(CLOSE, code(number))], fails: number })), // prettier-ignore
  ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535].map((number) => ({ name: `7.9 the code ${number}`, say: [serverFrame(CLOSE, code(number))], fails: 1002 })), // prettier-ignore
];

/** Messages and control frames that have come back. */
function heard(frames: readonly { readonly first: number; readonly payload: Buffer }[]): string[] {
  const all: string[] = [];
  let [opcode, text] = [0, ''];
  for (const { first, payload } of frames) {
    const own = first & 0x0f;
    if (own === 8) continue;
    if (own > 8) {
      // Of pings that come close together, the last one may be answered for all (RFC 6455, 5.5.3).
      if (all.at(-1)?.startsWith('10:') === true) all.pop();
      all.push(`${own}:${payload.toString('latin1')}`);
    } else {
      if (own !== 0) [opcode, text] = [own, ''];
      text += payload.toString('latin1');
      if ((first & 0x80) !== 0) all.push(`${opcode}:${text}`);
    }
  }
  return all;
}

async function play({ say, hear = [], fails }: Case, cut: (bytes: Buffer) => readonly Buffer[]): Promise<void> {
  const peer = await rawPeer();
  const client = open(peer.port, {}, (data) => client.socket.send(data));
  await client.opened;
  const socket = await peer.socket;
  for (const piece of cut(Buffer.concat(say))) {
    await new Promise((resolve) => void socket.write(piece, resolve));
  }
  await eventually(() => expect(heard(peer.frames())).toEqual(hear));
  if (fails === undefined) return void socket.destroy();
  await eventually(() => expect(peer.frames().at(-1)?.first).toBe(CLOSE));
  const last = peer.frames().at(-1)!;
  expect(last.payload.length === 0 ? 1005 : last.payload.readUInt16BE(0)).toBe(fails);
  expect(peer.frames().every(({ masked }) => masked)).toBe(true);
  socket.end();
  const end = await client.closed;
  const said = say.some((frame) => frame[0] === CLOSE) && client.errors.length === 0;
  expect(end).toMatchObject(said ? { code: fails, wasClean: true } : { code: 1006, wasClean: false });
  expect(client.errors).toEqual(said ? [] : ['app/websocket-fault']);
}

describe.each([
  ['framing', FRAMING],
  ['pings and pongs', PINGS],
  ['reserved bits and opcodes', RESERVED],
  ['fragments', FRAGMENTS],
  ['UTF-8', UTF8],
  ['closing', CLOSES],
])('of Autobahn’s cases about %s', (_, cases) => {
  it.each(cases)('$name', (test) => play(test, (bytes) => [bytes]));
  it.each(cases.filter(({ say }) => Buffer.concat(say).length < 200))('$name, byte by byte', (test) =>
    play(test, (bytes) => [...bytes].map((byte) => Buffer.from([byte]))),
  );
});

/** Cuts bytes into pieces, some of which may be empty. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('frames', () => {
  /** As a server would send what a client sends: without the mask. */
  function unmasked(frame: Uint8Array): Buffer {
    const length = frame[1]! & 0x7f;
    const maskAt = length < 126 ? 2 : length === 126 ? 4 : 10;
    const mask = frame.subarray(maskAt, maskAt + 4);
    const head = Buffer.from(frame.subarray(0, maskAt));
    head[1]! &= 0x7f;
    return Buffer.concat([head, frame.subarray(maskAt + 4).map((byte, index) => byte ^ mask[index & 3]!)]);
  }

  it('come through whatever their size, mask, fragments and the pieces in which they arrive', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 6 });
    const size = fc.oneof({ weight: 9, arbitrary: fc.nat(300) }, fc.constantFrom(65_535, 65_536));
    const message = fc.record({
      data: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        size.map((length) => Buffer.alloc(length, length)),
      ),
      cuts,
      mask: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      pings: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), cuts, (messages, pieces) => {
        const frames = messages.flatMap(({ data, cuts: within, mask, pings }) =>
          cutAt(Buffer.from(data), within).flatMap((piece, index, all) => {
            const opcode = index > 0 ? OPCODE.continuation : typeof data === 'string' ? OPCODE.text : OPCODE.binary;
            const frame = encodeFrame(opcode, piece, mask, index === all.length - 1);
            return pings ? [encodeFrame(OPCODE.ping, mask, mask), frame] : [frame];
          }),
        );
        const reader = new MessageReader(1_000_000);
        const inputs = cutAt(Buffer.concat(frames.map(unmasked)), pieces).flatMap((piece) => [...reader.push(piece)]);
        const got = inputs.flatMap((input) => {
          if (input.type === 'text') return [input.text];
          return input.type === 'binary' ? [Buffer.from(input.bytes).toString('hex')] : [];
        });
        expect(got).toEqual(messages.map(({ data }) => (typeof data === 'string' ? data : data.toString('hex'))));
      }),
    );
  });

  it('of any bytes are messages or a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (pieces) => {
        const reader = new MessageReader(1000);
        const inputs = pieces.flatMap((piece) => [...reader.push(piece)]);
        const ends = inputs.filter(({ type }) => type === 'fault' || type === 'close');
        expect(ends.length).toBeLessThanOrEqual(1);
        expect(ends).toEqual(inputs.slice(inputs.length - ends.length));
      }),
    );
  });

  it('that announce more than the limit are refused before they come', () => {
    const fault = (...frames: Buffer[]): unknown => new MessageReader(1000).push(Buffer.concat(frames))[0];
    expect(fault(serverFrame(BINARY, '', 1001))).toMatchObject({ fault: { code: 1009 } });
    expect(fault(serverFrame(0x02, Buffer.alloc(600)), serverFrame(MORE, '', 401))).toMatchObject({
      fault: { code: 1009 },
    });
    expect(fault(serverFrame(0x02, Buffer.alloc(600)), serverFrame(MORE, Buffer.alloc(400)))).toMatchObject({
      type: 'binary',
    });
  });
});
