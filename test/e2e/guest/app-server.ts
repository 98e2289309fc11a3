/**
 * A web application for the guest, under Node.js 18: `node app-server.mjs PORT`. What it has is in ROUTES; what it has seen
 * of its connections is at /seen.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Answer = (response: ServerResponse, request: IncomingMessage, url: URL) => void;

const SESSION = 'f00d';
/** Answers that wait for /next, by name. */
const waiting = new Map<string, ServerResponse>();
/** How many answers without an end were begun, and how many of their connections have closed since. */
const seen = { begun: 0, closed: 0 };

const ROUTES: Readonly<Record<string, Answer>> = {
  '/': (response) => page(response, 'Home'),
  // What has come: its length and SHA-256.
  '/sum': (response, request) => {
    const hash = createHash('sha256');
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      hash.update(piece);
    });
    request.on('end', () => json(response, { method: request.method, bytes, sha256: hash.digest('hex') }));
  },
  '/echo-headers': (response, { headers }) => json(response, headers),
  '/events': (response, { headers }) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const last = Number(headers['last-event-id'] ?? 0);
    response.write(`retry: 50\nid: ${last + 1}\nevent: tick\ndata: {"after":${last}}\n\n`);
    // Who has got three is to come back for more.
    if (last % 3 === 2) response.end();
    else setTimeout(() => response.end(`id: ${last + 2}\nevent: tick\ndata: {"after":${last + 1}}\n\n`), 20);
  },
  // The first piece of an answer; each /next sends one more, `last=1` ends it.
  '/pieces': (response, _, { searchParams }) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('piece 0\n');
    waiting.set(searchParams.get('id') ?? '', response);
  },
  '/next': (response, _, { searchParams }) => {
    const other = waiting.get(searchParams.get('id') ?? '');
    other?.write(`piece ${searchParams.get('piece')}\n`);
    if (searchParams.has('last')) other?.end();
    json(response, { found: other !== undefined });
  },
  '/login': (response, request) => {
    if (request.method !== 'POST') return page(response, 'Log in', '<form method=post><button>Log in</button></form>');
    response.setHeader('Set-Cookie', [`session=${SESSION}; Path=/; HttpOnly; SameSite=Lax`, 'theme=sea; Max-Age=600']);
    redirect(response, 303, '/private');
  },
  '/private': (response, { headers }) => {
    if (!isLoggedIn(headers.cookie)) return redirect(response, 302, 'login');
    page(response, 'Private', `<p>${headers.cookie}</p><a href="logout">Log out</a>`);
  },
  '/logout': (response) => {
    response.setHeader('Set-Cookie', 'session=; Path=/; Max-Age=0');
    redirect(response, 303, 'private');
  },
  // `to=` another place; `absolute` puts the host before it, as many frameworks do.
  '/redirect': (response, { headers }, { searchParams }) => {
    const to = searchParams.get('to') ?? '/arrived';
    redirect(
      response,
      Number(searchParams.get('status')),
      searchParams.has('absolute') ? `http://${headers.host}${to}` : to,
    );
  },
  '/arrived': (response, request) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => json(response, { method: request.method, body }));
  },
  '/status': (response, _, { searchParams }) => {
    response.writeHead(Number(searchParams.get('code')), { 'Content-Type': 'text/html' });
    response.end(`<!doctype html><title>Status</title><h1>Status ${searchParams.get('code')}</h1>`);
  },
  '/no-content': (response) => response.writeHead(204, { 'X-Was': 'empty' }).end(),
  '/early-hints': (response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    json(response, { early: true });
  },
  '/endless': (response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    seen.begun++;
    const timer = setInterval(() => response.write('again and again\n'), 20);
    response.on('close', () => {
      clearInterval(timer);
      seen.closed++;
    });
  },
  '/silent': (response) => {
    seen.begun++;
    response.on('close', () => seen.closed++);
  },
  '/seen': (response) => json(response, seen),
};

function isLoggedIn(cookies = ''): boolean {
  return cookies.split('; ').includes(`session=${SESSION}`);
}

function page(response: ServerResponse, title: string, content = ''): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><link rel=icon href=data:,><title>${title}</title><h1>${title}</h1>${content}`);
}

function redirect(response: ServerResponse, status: number, to: string): void {
  response.writeHead(status, { Location: to }).end();
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://guest');
  const answer = ROUTES[url.pathname];
  if (answer) return answer(response, request, url);
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`nothing at ${url.pathname}\n`);
}).listen(Number(process.argv[2] ?? 3000), () => process.stdout.write('listening\n'));
