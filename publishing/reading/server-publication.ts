import { AppError } from '#domain/errors/index.ts';
import { fetchBytes } from '#storage/index.ts';
import { FileError } from '../publish-error.ts';
import type { Publication } from './publication.ts';

/** Bytes of one request: ranges, as the app asks for them. */
const RANGE_BYTES = 4 * 1024 * 1024;

/** A catalog on a server. */
export class ServerPublication implements Publication {
  readonly name: string;
  readonly #base: string;

  /** @param url of the folder or of its catalog.json */
  constructor(url: string) {
    this.name = url;
    const { origin, pathname } = new URL(url);
    this.#base = `${origin}${/[^/]+\.json$/.test(pathname) || pathname.endsWith('/') ? pathname : `${pathname}/`}`;
  }

  locate(path: string): string {
    return new URL(path, this.#base).href;
  }

  async read(path: string, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const url = this.locate(path);
    const response = await fetch(url).catch((cause: unknown) => {
      throw new AppError('source/unreachable', { url, detail: reasonOf(cause) }, { cause });
    });
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok) throw new AppError('source/http-status', { url, status: response.status });
    return readBody(url, response, limit);
  }

  async *stream(path: string, size: number): AsyncIterable<Uint8Array> {
    const url = this.locate(path);
    if (size <= RANGE_BYTES) yield await fetchBytes(url, size);
    else yield* ranges(url, size);
  }
}

async function* ranges(url: string, size: number): AsyncIterable<Uint8Array> {
  for (let offset = 0; offset < size; offset += RANGE_BYTES)
    yield await fetchBytes(url, size, { range: { offset, length: Math.min(RANGE_BYTES, size - offset) } });
}

async function readBody(url: string, { body }: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Node's types leave open what a body's pieces are.
  const stream: AsyncIterable<Uint8Array> | undefined = body ?? undefined;
  for await (const piece of stream ?? []) {
    size += piece.length;
    if (size > limit) throw new FileError(url, `it has more than ${limit} bytes`);
    pieces.push(piece);
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

/** Node hides the reason in the cause: the message itself is “fetch failed”. */
function reasonOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : { cause: error };
  return cause instanceof Error ? cause.message || cause.name : String(error);
}
