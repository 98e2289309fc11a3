/** Bytes of a body that are waited for, so that its length can be told: many servers know forms of known length only. */
const HELD_BYTES = 1024 * 1024;

interface RequestBody {
  /** Undefined for a request without one. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  /** Undefined where it would have to be held in memory to know. */
  readonly length: number | undefined;
}

/** A request's body, as it comes. */
export async function bodyOf(request: Request): Promise<RequestBody> {
  if (request.method === 'GET' || request.method === 'HEAD') return { stream: undefined, length: undefined };
  // Not all browsers have streams here.
  const body = request.body ?? (await request.blob()).stream();
  const reader = body.getReader();
  const held: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length <= HELD_BYTES) {
    const { done, value } = await reader.read();
    if (done) return length === 0 ? { stream: undefined, length: 0 } : { stream: streamOf(held), length };
    held.push(value);
    length += value.length;
  }
  return { stream: streamOf(held, reader), length: undefined };
}

/** What was read, then what is to come. */
function streamOf(
  held: readonly Uint8Array<ArrayBuffer>[],
  rest?: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      for (const piece of held) controller.enqueue(piece);
      if (!rest) controller.close();
    },
    pull: async (controller) => {
      const next = await rest?.read();
      if (next?.value) controller.enqueue(next.value);
      if (next?.done === true) controller.close();
    },
    cancel: (reason) => rest?.cancel(reason),
  });
}
