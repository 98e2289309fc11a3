import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadLlhttp } from '#gateway/http/llhttp.ts';
import { ResponseParser, type ResponseEvent } from '#gateway/http/response-parser.ts';
import { failureOf } from '../support/failure.ts';
import { bytesOf, textOf } from './support/bodies.ts';
import { eventually } from './support/eventually.ts';
import { clientOf, rawServer } from './support/servers.ts';

const GET = { method: 'GET', target: '/', headers: [] } as const;
const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

const REFUSED_HEADS: readonly (readonly [name: string, answer: string])[] = [
  ['both lengths', `${OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`],
  [
    'both lengths, the other way round',
    `${OK}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ],
  ['two lengths that differ', `${OK}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`],
  ['two lengths that do not', `${OK}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`],
  ['a list of lengths', `${OK}Content-Length: 3, 4\r\n\r\nabc`],
  ['a length with a sign', `${OK}Content-Length: +3\r\n\r\nabc`],
  ['a negative length', `${OK}Content-Length: -3\r\n\r\nabc`],
  ['a length that is none', `${OK}Content-Length: three\r\n\r\nabc`],
  ['an empty length', `${OK}Content-Length:\r\n\r\nabc`],
  ['a length beyond all', `${OK}Content-Length: 99999999999999999999\r\n\r\nabc`],
  ['a folded line', `${OK}X: a\r\n b\r\nContent-Length: 3\r\n\r\nabc`],
  ['a line folded with a tab', `${OK}X: a\r\n\tb\r\nContent-Length: 3\r\n\r\nabc`],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 3\n\nabc'],
  ['a bare line feed after a header', `${OK}X: a\nContent-Length: 3\r\n\r\nabc`],
  ['a bare line feed after the headers', `${OK}X: a\r\n\nabc`],
  ['a bare carriage return', `${OK}X: a\rY: b\r\n\r\n`],
  ['a NUL in a value', `${OK}X: a\0b\r\n\r\n`],
  ['a control character in a value', `${OK}X: a\x01b\r\n\r\n`],
  ['a space before the colon', `${OK}Content-Length : 3\r\n\r\nabc`],
  ['a space in a name', `${OK}X Y: a\r\n\r\n`],
  ['a name that is no token', `${OK}X(y): a\r\n\r\n`],
  ['a name beyond ASCII', `${OK}X\xe9: a\r\n\r\n`],
  ['an empty name', `${OK}: a\r\n\r\n`],
  ['a space before the first header', `${OK} X: a\r\n\r\n`],
  ['a line without a colon', `${OK}nonsense\r\n\r\n`],
  ['another coding', `${OK}Transfer-Encoding: gzip\r\n\r\nabc`],
  ['a coding within chunks', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['a coding around chunks', `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
  ['a coding that looks like chunks', `${OK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['chunks twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks behind a strange blank', `${OK}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['chunks of nothing', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['no version', 'HTTP/1 200 OK\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['a related protocol', 'RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 99 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 1000 OK\r\n\r\n'],
  ['a status below all', 'HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status beyond all', 'HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n'],
  ['a NUL in the reason', 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n'],
  ['a protocol that was not asked for', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['headers without end', `${OK}${'X: y\r\n'.repeat(30_000)}`],
  ['a value without end', `${OK}X: ${'y'.repeat(70_000)}`],
  ['blanks without end', `${OK}X: ${' '.repeat(200_000)}`],
  ['empty lines without end', '\r\n'.repeat(100_000)],
  ['interim responses without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)],
];

const REFUSED_BODIES: readonly (readonly [name: string, answer: string])[] = [
  ['a chunk size that is none', `${CHUNKED}xyz\r\nabc\r\n0\r\n\r\n`],
  ['a chunk size with 0x', `${CHUNKED}0x3\r\nabc\r\n0\r\n\r\n`],
  ['a negative chunk size', `${CHUNKED}-3\r\nabc\r\n0\r\n\r\n`],
  ['a chunk size with a blank', `${CHUNKED}3 \r\nabc\r\n0\r\n\r\n`],
  ['an empty chunk size', `${CHUNKED}\r\nabc\r\n0\r\n\r\n`],
  ['a chunk size beyond all', `${CHUNKED}fffffffffffffffff\r\nabc\r\n0\r\n\r\n`],
  ['bare line feeds around chunks', `${CHUNKED}3\nabc\n0\n\n`],
  ['a bare line feed after a chunk', `${CHUNKED}3\r\nabc\n0\r\n\r\n`],
  ['a chunk that is too long', `${CHUNKED}3\r\nabcd\r\n0\r\n\r\n`],
  ['a length among the trailers', `${CHUNKED}0\r\nContent-Length: 5\r\n\r\nabcde`],
  ['a chunk extension without end', `${CHUNKED}3;${'x'.repeat(200_000)}`],
  ['trailers without end', `${CHUNKED}0\r\n${'X: y\r\n'.repeat(30_000)}`],
];

/** A server that says this and keeps the connection; tells whether the other side has ended it. */
async function saying(answer: string): Promise<{ port: number; ended: () => boolean }> {
  let over = false;
  const port = await rawServer((socket) => {
    socket.once('data', () => socket.write(Buffer.from(answer, 'latin1')));
    socket.on('close', () => (over = true));
    socket.on('end', () => socket.end());
  });
  return { port, ended: () => over };
}

describe('a response is refused, and its connection ended, for', () => {
  it.each(REFUSED_HEADS)('%s', async (_, answer) => {
    const { port, ended } = await saying(answer);
    const failure = await failureOf(clientOf().exchange(port, GET));
    expect(failure).toMatchObject({ code: 'app/bad-response', data: { port } });
    await eventually(() => expect(ended()).toBe(true));
  });

  it.each(REFUSED_BODIES)('%s', async (_, answer) => {
    const { port, ended } = await saying(answer);
    const failure = await failureOf(async () => bytesOf((await clientOf().exchange(port, GET)).body));
    expect(failure).toMatchObject({ code: 'app/bad-response', data: { port } });
    await eventually(() => expect(ended()).toBe(true));
  });
});

describe('a response is taken with', () => {
  it.each([
    ['bytes beyond ASCII in a value', `${OK}X: \xe9\xff\r\nContent-Length: 2\r\n\r\nok`],
    ['no reason', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'],
    ['empty values and blanks around them', `${OK}X:\r\nY: \t z \t \r\nContent-Length:  2 \r\n\r\nok`],
    ['chunk extensions', `${CHUNKED}1;a=b;c="d"\r\no\r\n1\r\nk\r\n0\r\n\r\n`],
    ['60 KB of headers', `${OK}X: ${'y'.repeat(60_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ['a chunk size in capitals with zeros', `${CHUNKED}0002\r\nok\r\n00\r\n\r\n`],
  ])('%s', async (_, answer) => {
    const { port } = await saying(answer);
    expect(await textOf((await clientOf().exchange(port, GET)).body)).toBe('ok');
  });

  it('values without the blanks around them', async () => {
    const { port } = await saying(`${OK}X: \t a  b \t \r\nY:\r\nZ: \xe9\r\nContent-Length: 0\r\n\r\n`);
    const { headers } = await clientOf().exchange(port, GET);
    expect(headers).toEqual([
      ['X', 'a  b'],
      ['Y', ''],
      ['Z', '\xe9'],
      ['Content-Length', '0'],
    ]);
  });
});

describe('the parser', () => {
  const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/);
  const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]{0,20}[!-~\x80-\xff])?)?$/);
  const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'upgrade', 'proxy-connection']);
  const header = fc.tuple(token, value).filter(([name]) => !framing.has(name.toLowerCase()));
  const response = fc.record({
    status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
    headers: fc.array(header, { maxLength: 6 }),
    interim: fc.integer({ min: 0, max: 2 }),
    chunks: fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 6 }),
    chunked: fc.boolean(),
    trailers: fc.array(header, { maxLength: 2 }),
    rest: fc.constantFrom('', 'HTTP/1.1 200 OK\r\n\r\n', '\0\0'),
  });
  type Response = typeof response extends fc.Arbitrary<infer T> ? T : never;

  function encode({ status, headers, interim, chunks, chunked, trailers, rest }: Response): Buffer {
    const fields = (list: readonly (readonly [string, string])[]): string =>
      list.map(([name, text]) => `${name}: ${text}\r\n`).join('');
    const text = (string: string): Buffer => Buffer.from(string, 'latin1');
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const framed = chunks.map((chunk) =>
      Buffer.concat([text(`${chunk.length.toString(16)}\r\n`), chunk, text('\r\n')]),
    );
    return Buffer.concat([
      text('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(interim)),
      text(`HTTP/1.1 ${status} Some reason\r\n${fields(headers)}`),
      text(chunked ? 'Transfer-Encoding: chunked\r\n\r\n' : `Content-Length: ${length}\r\n\r\n`),
      ...(chunked ? [...framed, text(`0\r\n${fields(trailers)}\r\n`)] : chunks),
      text(rest),
    ]);
  }

  /** What a parser tells of bytes that come in these pieces, with the body as one. */
  async function parse(pieces: readonly Uint8Array[]): Promise<unknown> {
    const parser = new ResponseParser(await loadLlhttp(), { noBody: false, headBytes: 65_536 });
    const events: ResponseEvent[] = [];
    const body: Uint8Array[] = [];
    const rest: Uint8Array[] = [];
    for (const piece of pieces) {
      const result = parser.execute(piece);
      rest.push(result.rest);
      for (const event of result.events) {
        if (event.type === 'body') body.push(event.bytes);
        else events.push(event);
      }
    }
    parser.dispose();
    return { events, body: Buffer.concat(body).toString('hex'), rest: Buffer.concat(rest).toString('hex') };
  }

  function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
    const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
    return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
  }

  it('tells the same however the bytes are cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(response, fc.array(fc.nat(), { maxLength: 12 }), async (parts, cuts) => {
        const bytes = encode(parts);
        const whole = await parse([bytes]);
        expect(await parse(split(bytes, cuts))).toEqual(whole);
        expect(await parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
        const length = parts.chunked ? [['Transfer-Encoding', 'chunked']] : [['Content-Length', expect.any(String)]];
        expect(whole).toEqual({
          events: [
            ...Array.from({ length: parts.interim }, () => ({ type: 'interim' })),
            { type: 'head', head: { status: parts.status, statusText: 'Some reason', headers: [...parts.headers, ...length], keepAlive: true } }, // prettier-ignore
            { type: 'end', trailers: parts.chunked ? parts.trailers : [] },
          ],
          body: Buffer.concat(parts.chunks).toString('hex'),
          rest: Buffer.from(parts.rest, 'latin1').toString('hex'),
        });
      }),
      { numRuns: 300 },
    );
  });

  it('survives any bytes', async () => {
    const llhttp = await loadLlhttp();
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...REFUSED_HEADS.map(([, text]) => Buffer.from(text.slice(0, 200), 'latin1'))), fc.constant(Buffer.from(CHUNKED)))); // prettier-ignore
    fc.assert(
      fc.property(pieces, (list) => {
        const parser = new ResponseParser(llhttp, { noBody: false, headBytes: 1000 });
        try {
          for (const piece of list) parser.execute(piece);
          parser.finish();
        } catch (error) {
          expect(error).toHaveProperty('name', 'ResponseFault');
        }
        parser.dispose();
      }),
    );
  });
});
