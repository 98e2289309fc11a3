/** Bytes of a body that are waited for, so that its length can be told: many servers take no body of unknown length. */
const HELD_BYTES = 64 * 1024 * 1024;
/** Milliseconds without a byte after which a body is taken for one that is still being made: what the browser has comes at once. */
const PAUSE_MS = 250;

type Bytes = Uint8Array<ArrayBuffer>;
type Piece = ReadableStreamReadResult<Bytes>;

interface RequestBody {
  /** Undefined for a request without one. */
  readonly stream: ReadableStream<Bytes> | undefined;
  /** Undefined where it is not known yet. */
  readonly length: number | undefined;
}

/** A request's body, as it comes. A service worker is not told how long it is. */
export async function bodyOf(request: Request): Promise<RequestBody> {
  if (request.method === 'GET' || request.method === 'HEAD') return { stream: undefined, length: undefined };
  // Not all browsers have streams here.
  const body = request.body ?? (await request.blob()).stream();
  const reader = body.getReader();
  const held: Bytes[] = [];
  let length = 0;
  while (length <= HELD_BYTES) {
    const next = reader.read();
    const piece = await soon(next);
    if (!piece) return { stream: streamOf(held, reader, next), length: undefined };
    if (piece.done) return { stream: length === 0 ? undefined : streamOf(held), length };
    held.push(piece.value);
    length += piece.value.length;
  }
  return { stream: streamOf(held, reader), length: undefined };
}

/** Undefined when it takes longer than what is there already would. */
async function soon(next: Promise<Piece>): Promise<Piece | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PAUSE_MS);
  });
  return Promise.race([next, late]).finally(() => clearTimeout(timer));
}

/** What was read, then what is to come. @param next a read that is under way */
function streamOf(
  held: readonly Bytes[],
  rest?: ReadableStreamDefaultReader<Bytes>,
  next?: Promise<Piece>,
): ReadableStream<Bytes> {
  let underWay = next;
  return new ReadableStream<Bytes>({
    start: (controller) => {
      for (const piece of held) controller.enqueue(piece);
      if (!rest) controller.close();
    },
    pull: async (controller) => {
      const piece = await (underWay ?? rest?.read());
      underWay = undefined;
      if (piece?.value) controller.enqueue(piece.value);
      if (piece?.done === true) controller.close();
    },
    cancel: (reason) => rest?.cancel(reason),
  });
}
