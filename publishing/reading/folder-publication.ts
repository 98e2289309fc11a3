import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from '../publish-error.ts';
import type { Publication } from './publication.ts';

const PIECE_BYTES = 1024 * 1024;

/** A catalog in a folder of this machine. */
export class FolderPublication implements Publication {
  readonly name: string;

  constructor(folder: string) {
    this.name = folder;
  }

  locate(path: string): string {
    return join(this.name, path);
  }

  async read(path: string, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const size = await this.#size(path);
    if (size === undefined) return undefined;
    if (size > limit) throw new FileError(this.locate(path), `it has ${size} bytes; at most ${limit} are read`);
    return Uint8Array.from(await readFile(this.locate(path)));
  }

  async *stream(path: string, size: number): AsyncIterable<Uint8Array> {
    const found = await this.#size(path);
    if (found === undefined) throw new FileError(this.locate(path), 'it is not there');
    if (found !== size) throw new FileError(this.locate(path), `it has ${found} bytes instead of ${size}`);
    const stream: AsyncIterable<Buffer> = createReadStream(this.locate(path), { highWaterMark: PIECE_BYTES });
    yield* stream;
  }

  async #size(path: string): Promise<number | undefined> {
    const found = await stat(this.locate(path)).catch(() => undefined);
    return found?.isFile() === true ? found.size : undefined;
  }
}
