import { concatBytes } from '#domain/bytes/index.ts';
import type { HttpResponse } from '#gateway/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Body = ReadableStream<Bytes>;

/** Bytes of a body that may go with its head. */
const MOST_BYTES = 32 * 1024;
/** Milliseconds that a head waits for them: as long as a server takes that has sent both. */
const MOST_MS = 5;

/**
 * The body of an answer: whole where it is short and comes with its head, as most do. Then it takes one message where a stream takes
 * several, each of which waits until the guest has done its turn.
 * @returns else the body as a stream, from its beginning
 */
export async function earlyBody({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): Promise<Bytes | Body> {
  if (body === null) return new Uint8Array();
  const [, length = ''] = headers.find(([name]) => name.toLowerCase() === 'content-length') ?? [];
  const isShort = /^\d+$/.test(length) && Number(length) <= MOST_BYTES;
  return isShort ? readSoon(body) : body;
}

async function readSoon(body: Body): Promise<Bytes | Body> {
  const reader = body.getReader();
  const pieces: Bytes[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), MOST_MS)));
  for (;;) {
    const reading = reader.read();
    // Whoever reads the stream is told.
    const read = await Promise.race([reading, late]).catch(() => 'failed' as const);
    if (typeof read === 'string') return resumed(pieces, reading, reader);
    if (read.done) {
      clearTimeout(timer);
      return concatBytes(pieces);
    }
    pieces.push(read.value);
  }
}

/** A stream of what was read, and of what is still to come. */
function resumed(
  pieces: Bytes[],
  reading: Promise<ReadableStreamReadResult<Bytes>>,
  reader: ReadableStreamDefaultReader<Bytes>,
): Body {
  let next: typeof reading | undefined = reading;
  return new ReadableStream(
    {
      pull: async (controller) => {
        const piece = pieces.shift();
        if (piece) return controller.enqueue(piece);
        const { done, value } = await (next ?? reader.read());
        next = undefined;
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
