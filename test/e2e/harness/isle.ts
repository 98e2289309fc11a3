import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOn, type Listening } from '../../../cli/serve/listen.ts';
import { noise } from '../../support/noise.ts';
import { ISLE } from '../../support/relay-server.ts';

const MIB = 1024 * 1024;

/** A web server of the world, with files of known bytes: it is on this device, under the name that relays of tests resolve. */
export class Isle {
  readonly #listening: Listening;

  private constructor(listening: Listening) {
    this.#listening = listening;
  }

  static async open(): Promise<Isle> {
    return new Isle(await listenOn(['127.0.0.1'], 0, answer));
  }

  /** `noise/BYTES/SEED`: such bytes. `endless`: more and more of them, slowly. `upload`: takes bytes, and says what their hash is. */
  url(path: string): string {
    return `http://${ISLE}:${this.#listening.port}/${path}`;
  }

  close(): Promise<void> {
    return this.#listening.close();
  }
}

/** Hexadecimal, as sha256sum has it. */
export function hashOfNoise(bytes: number, seed: number): string {
  return createHash('sha256').update(noise(bytes, seed)).digest('hex');
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, what, bytes, seed] = request.url?.split('/') ?? [];
  if (what === 'noise') response.end(noise(Number(bytes), Number(seed)));
  else if (what === 'upload') hashUpload(request, response);
  else if (what === 'endless') drip(response);
  else response.writeHead(404).end();
}

function hashUpload(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256');
  request.on('data', (chunk: Buffer) => void hash.update(chunk));
  request.on('end', () => response.end(hash.digest('hex')));
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 100 * MIB });
  const timer = setInterval(() => response.write(noise(1000)), 100);
  response.on('close', () => clearInterval(timer));
}
