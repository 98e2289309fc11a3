import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CookieJar, type AppRoute, type HeaderList } from '#domain/http/index.ts';
import { AppGateway, type PageContext } from '#gateway/index.ts';
import { failureOf } from '../support/failure.ts';
import { bodyOf, textOf } from './support/bodies.ts';
import { eventually } from './support/eventually.ts';
import { clientOf, httpServer } from './support/servers.ts';
import { webSocketServer } from './support/web-socket-server.ts';

function gatewayOf(jar = new CookieJar()): { gateway: AppGateway; jar: CookieJar; kept: string[] } {
  const kept: string[] = [];
  const onCookies = (): void => void kept.push(JSON.stringify(jar));
  return { gateway: new AppGateway({ client: clientOf(), jar, onCookies, now: () => Date.now() }), jar, kept };
}

function contextOf(port: number, changes: Partial<PageContext> = {}): PageContext {
  const route: AppRoute = {
    origin: 'http://apps.portolan.localhost:8080',
    base: '',
    machine: 'm1',
    app: String(port),
    port,
  };
  return { route, site: 'same-site', custom: [], ...changes };
}

const get = (target: string, headers: HeaderList = []) => ({ method: 'GET', target, headers }); // prettier-ignore
const header = (headers: HeaderList, name: string): string | undefined =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1];

describe('a page', () => {
  it('logs in: redirects lead back into its route, and cookies come back to the server only', async () => {
    const { port } = await httpServer((request, response) => {
      const isKnown = request.headers.cookie === 'session=s3cret';
      if (request.url === '/login') {
        response.setHeader('Set-Cookie', 'session=s3cret; HttpOnly; Secure; SameSite=Lax; Path=/');
        return void response.writeHead(303, { Location: `http://${request.headers.host}/home` }).end();
      }
      if (request.url === '/logout') response.setHeader('Set-Cookie', 'session=; Max-Age=0; Path=/');
      if (request.url === '/home' && !isKnown)
        return void response.writeHead(302, { Location: 'login?next=home' }).end();
      response.end(isKnown ? 'welcome' : 'who are you?');
    });
    const { gateway, kept } = gatewayOf();
    const context = contextOf(port);
    const outside = await gateway.fetch(get('/home'), context);
    expect([outside.status, header(outside.headers, 'location')]).toEqual([302, `/app/m1/${port}/login?next=home`]);
    const login = await gateway.fetch({ ...get('/login'), method: 'POST', body: bodyOf('user=x') }, context);
    expect([login.status, header(login.headers, 'location')]).toEqual([303, `/app/m1/${port}/home`]);
    expect(header(login.headers, 'set-cookie')).toBeUndefined();
    expect(await textOf((await gateway.fetch(get('/home'), context)).body)).toBe('welcome');
    // What was kept is as good as the jar itself; another site's page is not logged in.
    const later = gatewayOf(CookieJar.from(JSON.parse(kept.at(-1)!))).gateway;
    expect(await textOf((await later.fetch(get('/home'), context)).body)).toBe('welcome');
    expect((await later.fetch(get('/home'), contextOf(port, { site: 'cross-site' }))).status).toBe(302);
    await gateway.fetch(get('/logout'), context);
    expect((await gateway.fetch(get('/home'), context)).status).toBe(302);
  });

  it('is forgotten when the server says so', async () => {
    const { port } = await httpServer((request, response) => {
      if (request.url === '/in') response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      if (request.url === '/out') response.setHeader('Clear-Site-Data', '"cookies"');
      response.end(request.headers.cookie ?? 'none');
    });
    const { gateway } = gatewayOf();
    await gateway.fetch(get('/in'), contextOf(port));
    expect(await textOf((await gateway.fetch(get('/'), contextOf(port))).body)).toBe('a=1; b=2');
    const out = await gateway.fetch(get('/out'), contextOf(port));
    expect(header(out.headers, 'clear-site-data')).toBeUndefined();
    expect(await textOf((await gateway.fetch(get('/'), contextOf(port))).body)).toBe('none');
  });

  it('gets a part of a file by Range, and what the user has set goes along', async () => {
    const file = Buffer.from('0123456789');
    const { port } = await httpServer((request, response) => {
      if (request.headers.authorization !== 'Basic eDp5') return void response.writeHead(401).end();
      const [from = 0, to = 0] = (/bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []).slice(1).map(Number);
      response.writeHead(206, { 'Content-Range': `bytes ${from}-${to}/10` }).end(file.subarray(from, to + 1));
    });
    const context = contextOf(port, { custom: [['Authorization', 'Basic eDp5']] });
    const part = await gatewayOf().gateway.fetch(get('/', [['Range', 'bytes=2-5']]), context);
    expect([part.status, header(part.headers, 'content-range'), await textOf(part.body)]).toEqual([206, 'bytes 2-5/10', '2345']); // prettier-ignore
  });

  it('gets bodies as they are, however the server codes them', async () => {
    const codings: Record<string, (text: string) => Buffer> = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }; // prettier-ignore
    const { port } = await httpServer((request, response) => {
      const coding = request.url!.slice(1);
      const text = `as ${coding}, asked for ${request.headers['accept-encoding']}`;
      response.setHeader('Content-Encoding', coding).end(codings[coding]!(text));
    });
    const { gateway } = gatewayOf();
    for (const coding of ['gzip', 'deflate']) {
      const { headers, body } = await gateway.fetch(get(`/${coding}`), contextOf(port));
      expect(await textOf(body)).toBe(`as ${coding}, asked for identity`);
      expect([header(headers, 'content-encoding'), header(headers, 'content-length')]).toEqual([undefined, undefined]);
    }
    const failure = await failureOf(gateway.fetch(get('/br'), contextOf(port)));
    expect(failure).toEqual({ code: 'app/bad-response', data: { port, detail: 'it is coded as br' } });
  });

  it('gives up in the middle of what is coded, and the connection ends', async () => {
    let closed = false;
    const { port } = await httpServer((_, response) => {
      response.on('close', () => (closed = true));
      response.setHeader('Content-Encoding', 'gzip');
      response.write(gzipSync('the beginning').subarray(0, 20));
    });
    const { body } = await gatewayOf().gateway.fetch(get('/'), contextOf(port));
    await body!.cancel();
    await eventually(() => expect(closed).toBe(true));
  });

  it('opens a WebSocket with its cookies, and keeps those that it gets', async () => {
    const seen: (string | undefined)[] = [];
    const port = await webSocketServer(
      (socket) => socket.on('message', (data: Buffer) => socket.send(`${data.toString()}!`)),
      {
        verifyClient: ({ req, origin }: { req: { headers: Record<string, unknown> }; origin: string }) => {
          seen.push(String(req.headers['cookie']), origin, String(req.headers['host']));
          return true;
        },
      },
    );
    const jar = new CookieJar();
    jar.store(['id=7; Path=/'], { host: 'apps.portolan.localhost', target: '/', secure: true, now: Date.now() });
    const messages: unknown[] = [];
    const { origin } = contextOf(port).route;
    const request = { target: '/ws', headers: [['Origin', origin]] as const, protocols: [] };
    const socket = gatewayOf(jar).gateway.openWebSocket(request, contextOf(port), {
      open: () => socket.send('hello'),
      message: (data) => void messages.push(data),
      sent: () => undefined,
      error: (error) => void messages.push(error),
      close: (end) => void messages.push(end.code),
    });
    await eventually(() => expect(messages).toEqual(['hello!']));
    expect(seen).toEqual(['id=7', origin, 'apps.portolan.localhost:8080']);
    socket.close(1000);
    await eventually(() => expect(messages).toEqual(['hello!', 1000]));
  });

  it('whose request is not sound is told, and an answer’s hash is what the server’s is', async () => {
    const bytes = Buffer.from('x'.repeat(100_000));
    const { port } = await httpServer((_, response) => response.end(bytes));
    const { gateway } = gatewayOf();
    expect(await failureOf(gateway.fetch(get('/\r\n'), contextOf(port)))).toMatchObject({ code: 'app/bad-request' });
    const text = await textOf((await gateway.fetch(get('/'), contextOf(port))).body);
    const hashes = [text, bytes].map((data) => createHash('sha256').update(data).digest('hex'));
    expect(hashes[0]).toBe(hashes[1]);
  });
});
