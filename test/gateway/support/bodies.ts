/** All of a body; empty when there is none. */
export async function bytesOf(body: ReadableStream<Uint8Array> | null): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  return (await bytesOf(body)).toString();
}

/** A body of these pieces, given when they are asked for. */
export function bodyOf(...pieces: readonly (Uint8Array | string)[]): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream(
    {
      pull: (controller) => {
        const piece = left.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      },
    },
    { highWaterMark: 0 },
  );
}
