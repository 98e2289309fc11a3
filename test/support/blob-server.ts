import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { portOf } from './port-of.ts';

/** One way in which a server fails. */
export type Fault =
  | 'wrong-byte'
  /** Fewer bytes, and a header that says so: the file is truncated. */
  | 'short'
  /** More bytes than were asked for, without a word of how many. */
  | 'long'
  /** 200 and the whole file in answer to a Range request. */
  | 'range-ignored'
  /** 206 with another range than was asked for. */
  | 'another-range'
  /** 206 with the right range, of a file of another length. */
  | 'another-length'
  /** 206 without a Content-Range, as other origins see it from servers that do not expose the header. */
  | 'range-unsaid'
  /** The connection breaks in the middle of the body. */
  | 'reset'
  /** Headers and some bytes, then nothing. */
  | 'stall'
  /** Nothing at all. */
  | 'mute'
  /** To the same address, again and again. */
  | 'redirect-loop'
  /** gzip, with the header that says so. */
  | 'encoded'
  /** A body that never ends, after headers that are wrong already. */
  | 'endless-404'
  | { readonly status: number }
  /** The connection breaks after so many bytes. */
  | { readonly after: number };

export interface Request {
  readonly path: string;
  /** `first-last` as in the Range header; undefined for the whole file. */
  readonly range: string | undefined;
}

/** A static host on loopback that can be told to fail. */
export class BlobServer {
  readonly requests: Request[] = [];
  /** Answers that were begun and are not ended yet. */
  open = 0;
  catalogUrl = '';
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #server: Server;
  #fault: (request: Request) => Fault | undefined = () => undefined;

  private constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#files = files;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(files: ReadonlyMap<string, Uint8Array>): Promise<BlobServer> {
    const server = new BlobServer(files);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    server.catalogUrl = `http://127.0.0.1:${portOf(server.#server)}/some/where/catalog.json`;
    return server;
  }

  /** From now on the answer to each request fails as `fault` says. */
  failWith(fault: Fault | undefined | ((request: Request) => Fault | undefined)): void {
    this.#fault = typeof fault === 'function' ? fault : () => fault;
  }

  /** Requests for a file, by the digest in its name. */
  requestsFor({ digest }: { readonly digest: string }): readonly Request[] {
    return this.requests.filter(({ path }) => path.endsWith(digest.slice('sha256:'.length)));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const path = (incoming.url ?? '').replace('/some/where/', '');
    const request: Request = { path, range: incoming.headers.range?.replace('bytes=', '') };
    this.requests.push(request);
    this.open++;
    response.on('close', () => this.open--);
    const file = this.#files.get(path);
    const fault = this.#fault(request) ?? (file ? undefined : { status: 404 });
    if (typeof fault === 'object' && 'status' in fault) response.writeHead(fault.status).end('no');
    else if (fault === 'endless-404') pour(response.writeHead(404));
    else if (fault === 'redirect-loop') response.writeHead(302, { location: incoming.url }).end();
    else if (fault === 'encoded') response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('no'));
    else if (fault !== 'mute') sendFile(response, request, file ?? new Uint8Array(), fault);
  }
}

function sendFile(
  response: ServerResponse,
  { range }: Request,
  file: Uint8Array,
  fault: Exclude<Fault, { readonly status: number }> | undefined,
): void {
  const [first = 0, last = file.length - 1] = (range ?? '').split('-').filter(Boolean).map(Number);
  const partial = range !== undefined && fault !== 'range-ignored';
  const body = Buffer.from(partial ? file.subarray(first, last + 1) : file);
  if (fault === 'wrong-byte') body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  const said = `bytes ${first + (fault === 'another-range' ? 1 : 0)}-${last}/${file.length + (fault === 'another-length' ? 1 : 0)}`;
  if (partial && fault !== 'range-unsaid') response.setHeader('Content-Range', said);
  response.statusCode = partial ? 206 : 200;
  const sent = fault === 'short' ? body.subarray(0, -1) : body;
  if (fault === 'long') response.write(Buffer.concat([body, Buffer.from('!')]));
  else response.setHeader('Content-Length', sent.length);
  if (typeof fault === 'object') response.write(body.subarray(0, fault.after), () => response.destroy());
  else if (fault === 'stall') response.write(body.subarray(0, 10));
  else if (fault === 'reset') response.write(body.subarray(0, 10), () => response.destroy());
  else if (fault === 'long') response.end();
  else response.end(sent);
}

/** Writes until the other side hangs up. */
function pour(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(new Uint8Array(64 * 1024)));
  };
  response.on('drain', more);
  more();
}
