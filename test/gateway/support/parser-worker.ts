import { HttpClient } from '#gateway/index.ts';

/** Answers each message, the bytes of a response, with what the gateway makes of them. */
addEventListener('message', ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => void answer(data).then(postMessage));

async function answer(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const client = new HttpClient({
    clock: { now: () => performance.now(), after: () => () => undefined },
    connect: async () => ({
      readable: new ReadableStream({ start: (controller) => (controller.enqueue(bytes), controller.close()) }),
      writable: new WritableStream<Uint8Array>(),
      closed: Promise.resolve(),
    }),
  });
  const { status, headers, body } = await client.exchange(80, { method: 'GET', target: '/', headers: [] });
  return { status, headers, text: await new Response(body).text() };
}
