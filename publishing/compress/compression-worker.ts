import { parentPort } from 'node:worker_threads';
import { loadCompression } from '#storage/zstd.ts';
import * as v from 'valibot';
import { makeChunkFrame } from './chunk-frame.ts';

const compression = await loadCompression();
parentPort?.on('message', (message: unknown) => {
  parentPort?.postMessage(makeChunkFrame(v.parse(v.instance(Uint8Array), message), compression));
});
