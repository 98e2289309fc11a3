import type { Stats } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import send from 'send';
import { conform } from './conform.ts';
import { appsFile, isForApps } from './apps-host.ts';
import { setCachingHeaders, setCommonHeaders } from './headers.ts';
import { belongsHome, sendHome } from './home-host.ts';
import { locate, type Site, type SitePath } from './site.ts';

/** Answers for the files of a site, as any static host would, and for `/health`. */
export function staticHandler(site: Site): RequestListener {
  return (request, response) => {
    setCommonHeaders(response);
    if (request.method === 'OPTIONS') return preflight(response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    if (pathOf(request) === '/health') return health(response);
    if (belongsHome(request)) return sendHome(response);
    if (isForApps(site, request)) return sendFile(request, response, appsFile(site, request, pathOf(request)));
    sendFile(request, response, locate(site, pathOf(request)));
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}

function sendFile(request: IncomingMessage, response: ServerResponse, { root, path }: SitePath): void {
  // `send` keeps to the root: it answers `..` with 403, and dot files with 404.
  send(request, path, { root, cacheControl: false, dotfiles: 'ignore' })
    .on('file', (_: string, file: Stats) => conform(request, file))
    .on('headers', () => setCachingHeaders(response, path))
    .on('error', (error: Error & { readonly status?: number }) => refuse(response, error.status ?? 500))
    .pipe(response);
}

function health(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('ok\n');
}

function preflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD');
  response.setHeader('Access-Control-Allow-Headers', 'Range, If-Range, If-None-Match');
  response.setHeader('Access-Control-Max-Age', '86400');
  response.writeHead(204).end();
}

function refuse(response: ServerResponse, status: number): void {
  response.removeHeader('ETag');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (status === 405) response.setHeader('Allow', 'GET, HEAD, OPTIONS');
  response.writeHead(status).end(`${status}\n`);
}
