import { Worker } from 'node:worker_threads';
import { Deferred } from '#domain/async/index.ts';
import * as v from 'valibot';
import { PublishError } from '../publish-error.ts';
import { ChunkFrameSchema, type ChunkFrame } from './chunk-frame.ts';

/** Worker threads that compress chunks, each one at a time, in turn. */
export class CompressionPool {
  readonly #lanes: readonly Lane[];
  #next = 0;

  constructor(threads: number) {
    this.#lanes = Array.from({ length: threads }, () => new Lane());
  }

  /** Compresses a chunk. @throws PublishError when the thread dies */
  compress(chunk: Uint8Array): Promise<ChunkFrame> {
    const lane = this.#lanes[this.#next++ % this.#lanes.length];
    if (!lane) throw new PublishError('a pool needs a thread');
    return lane.compress(chunk);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** One thread; it answers in the order of the questions. */
class Lane {
  readonly #worker = new Worker(new URL('./compression-thread.mjs', import.meta.url));
  readonly #waiting: Deferred<ChunkFrame>[] = [];

  constructor() {
    this.#worker.on('message', (message: unknown) =>
      this.#waiting.shift()?.resolve(v.parse(ChunkFrameSchema, message)),
    );
    this.#worker.on('error', (cause: unknown) => {
      for (const each of this.#waiting.splice(0))
        each.reject(new PublishError('a compression thread failed', { cause }));
    });
  }

  compress(chunk: Uint8Array): Promise<ChunkFrame> {
    const answer = new Deferred<ChunkFrame>();
    this.#waiting.push(answer);
    // A view would be sent with all of the buffer that it is on.
    const own = Uint8Array.from(chunk);
    this.#worker.postMessage(own, [own.buffer]);
    return answer.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
