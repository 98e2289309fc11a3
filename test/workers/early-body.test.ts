import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { earlyBody } from '../../workers/machine/early-body.ts';

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));
const lengthOf = (length: number): [string, string][] => [['content-length', String(length)]];

/** A body, and what a server does with it. */
function bodyOf(...pieces: string[]) {
  let controller: Controller | undefined;
  const cancelled: unknown[] = [];
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (given) => void (controller = given),
    cancel: (reason) => void cancelled.push(reason),
  });
  for (const piece of pieces) controller?.enqueue(bytes(piece));
  return {
    stream,
    cancelled,
    end: () => controller?.close(),
    send: (text: string) => controller?.enqueue(bytes(text)),
    fail: (error: unknown) => controller?.error(error),
  };
}

const textOf = (body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> =>
  new Response(body).text();

describe('the body of an answer', () => {
  it('goes with its head when it is short and there', async () => {
    const { stream, end } = bodyOf('ab', 'c');
    end();
    const body = await earlyBody({ headers: lengthOf(3), body: stream });
    expect(body).toEqual(bytes('abc'));
  });

  it('is empty where there is none', async () => {
    expect(await earlyBody({ headers: lengthOf(1024), body: null })).toEqual(new Uint8Array());
  });

  it.each([
    ['it is long', lengthOf(33 * 1024)],
    ['nobody knows its length', []],
    ['its length is no number', [['Content-Length', '3, 3']] as [string, string][]],
  ])('is a stream where %s', async (_, headers) => {
    const { stream } = bodyOf('abc');
    expect(await earlyBody({ headers, body: stream })).toBe(stream);
  });

  it('comes as a stream, from its beginning, when the rest of it is late', async () => {
    const { stream, send, end } = bodyOf('ab');
    const body = await earlyBody({ headers: lengthOf(4), body: stream });
    expect(body).toBeInstanceOf(ReadableStream);
    send('c');
    send('d');
    end();
    expect(await textOf(body)).toBe('abcd');
  });

  it('fails where it fails, and not before', async () => {
    const { stream, fail } = bodyOf('ab');
    const reading = earlyBody({ headers: lengthOf(4), body: stream });
    fail(new AppError('app/cut-off', { port: 80 }));
    await expect(textOf(await reading)).rejects.toMatchObject({ code: 'app/cut-off' });
  });

  it('is cancelled through the stream', async () => {
    const { stream, cancelled } = bodyOf('ab');
    const body = await earlyBody({ headers: lengthOf(4), body: stream });
    if (body instanceof ReadableStream) await body.cancel('enough');
    expect(cancelled).toEqual(['enough']);
  });
});
