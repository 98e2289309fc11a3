import { AppError } from '#domain/errors/index.ts';
import { fetchBytes, fetchSmall } from '#storage/remote/fetch-bytes.ts';
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
    return fetchSmall(this.locate(path), limit).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'source/not-found') return undefined;
      throw error;
    });
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
