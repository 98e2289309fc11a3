import { expect, it } from 'vitest';

it('the gateway speaks HTTP in a web worker', async () => {
  const worker = new Worker(new URL('./support/parser-worker.ts', import.meta.url), { type: 'module' });
  const answer = new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
  });
  worker.postMessage(
    new TextEncoder().encode('HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'),
  );
  expect(await answer).toEqual({
    status: 200,
    headers: [
      ['X', 'y'],
      ['Transfer-Encoding', 'chunked'],
    ],
    text: 'hi',
  });
  worker.terminate();
});
