import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetStack } from '#domain/net/index.ts';
import { HttpClient, type HttpResponse } from '#gateway/index.ts';
import type { Session } from '#ports/engine.ts';
import { bytesOf, textOf } from '../gateway/support/bodies.ts';
import { REAL_CLOCK } from '../gateway/support/servers.ts';
import { failureOf } from '../support/failure.ts';
import { shell, startMachine, waitUntil } from './engine-support.ts';
import { GUEST, guestStack } from './guest-stack.ts';
import { v86InNode } from './v86-in-node.ts';

const PORT = 8000;
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

const test = await v86InNode();

describe('a web server in the guest', () => {
  let session: Session;
  let stack: NetStack;
  let client: HttpClient;

  beforeAll(async () => {
    ({ session } = await startMachine(test));
    stack = guestStack(session);
    await session.ready();
    client = new HttpClient({
      connect: (port, { signal }) => stack.connect(GUEST, port, { signal }),
      clock: REAL_CLOCK,
      // A machine that shares its core with other tests takes its time.
      limits: { headersMs: 120_000 },
    });
    await shell(session, 'mkdir -p /tmp/site/sub && cd /tmp/site && echo "<h1>hello</h1>" > index.html');
    await shell(session, 'cd /tmp/site && head -c 1048576 /dev/urandom > large.bin && seq 1 20000 > lines.txt');
    await shell(session, `(busybox httpd -f -p ${PORT} -h /tmp/site) </dev/null >/dev/null 2>&1 & echo started`);
    await waitUntil(async () => (await shell(session, 'cat /proc/net/tcp /proc/net/tcp6')).includes(':1F40 '));
  });
  afterAll(async () => {
    client.close();
    stack.close();
    await session.stop();
  });

  const get = (target: string, signal?: AbortSignal): Promise<HttpResponse> =>
    client.exchange(PORT, { method: 'GET', target, headers: [] }, signal ? { signal } : {});

  it('gives a page what wget gets within the guest', async () => {
    for (const file of ['', 'index.html', 'lines.txt']) {
      const response = await get(`/${file}`);
      const inside = await shell(session, `busybox wget -q -O- http://127.0.0.1:${PORT}/${file} | md5sum`);
      expect([response.status, inside]).toEqual([200, expect.stringContaining(md5(await bytesOf(response.body)))]);
    }
  });

  it('gives the same headers as to a client within the guest', async () => {
    const { status, statusText, headers, body } = await get('/index.html');
    await body!.cancel();
    const request = `GET /index.html HTTP/1.1\\r\\nHost: localhost:${PORT}\\r\\n\\r\\n`;
    const inside = await shell(session, `printf '${request}' | busybox nc 127.0.0.1 ${PORT}`);
    const [statusLine, ...lines] = inside.split('\r\n\r\n')[0]!.split('\r\n');
    const without = (list: readonly string[]): string[] => list.filter((line) => !line.startsWith('Date:'));
    expect(statusLine).toBe(`HTTP/1.1 ${status} ${statusText}`);
    expect(without(headers.map(([name, value]) => `${name}: ${value}`))).toEqual(without(lines));
  });

  it('sends a megabyte with the right bytes, and parts of it', async () => {
    const response = await get('/large.bin');
    const bytes = await bytesOf(response.body);
    expect(await shell(session, 'md5sum < /tmp/site/large.bin')).toContain(md5(bytes));
    const headers = [['Range', 'bytes=1000-1999']] as const;
    const part = await client.exchange(PORT, { method: 'GET', target: '/large.bin', headers });
    expect([part.status, md5(await bytesOf(part.body))]).toEqual([206, md5(bytes.subarray(1000, 2000))]);
  });

  it('answers 404, HEAD, and 40 requests at once', async () => {
    expect((await get('/nowhere')).status).toBe(404);
    const head = await client.exchange(PORT, { method: 'HEAD', target: '/lines.txt', headers: [] });
    expect([head.status, head.body]).toEqual([200, null]);
    const all = Array.from({ length: 40 }, async () => textOf((await get('/index.html')).body));
    expect(new Set(await Promise.all(all))).toEqual(new Set(['<h1>hello</h1>\n']));
  });

  it('loses its connection when the page gives up, and is said not to be there when it is not', async () => {
    const stop = new AbortController();
    const { body } = await get('/large.bin', stop.signal);
    const reader = body!.getReader();
    await reader.read();
    stop.abort(new Error('enough'));
    await expect(reader.read()).rejects.toThrow('enough');
    const established = ':1F40 [0-9A-F:]* 01 ';
    await waitUntil(
      async () => (await shell(session, `grep -c "${established}" /proc/net/tcp || true`)).trim() === '0',
    );
    const failure = await failureOf(client.exchange(9, { method: 'GET', target: '/', headers: [] }));
    expect(failure).toMatchObject({ code: 'net/refused' });
  });
});
