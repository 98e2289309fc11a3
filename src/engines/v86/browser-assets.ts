import wasmUrl from 'v86/build/v86.wasm?url';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import biosUrl from '../../../build/firmware/bios.bin?url';
import videoBiosUrl from '../../../build/firmware/vgabios.bin?url';
import type { V86Assets } from './engine.ts';

/**
 * Loads the engine's parts from the app's own files, which the service worker has kept.
 * @throws AppError `app/no-webassembly`, `source/*`
 */
export async function loadBrowserAssets(options: Cancellable = {}): Promise<V86Assets> {
  if (typeof WebAssembly === 'undefined') throw new AppError('app/no-webassembly');
  const [wasm, bios, videoBios] = await Promise.all([
    get(wasmUrl, options).then((response) => WebAssembly.compileStreaming(response)),
    get(biosUrl, options).then((response) => response.arrayBuffer()),
    get(videoBiosUrl, options).then((response) => response.arrayBuffer()),
  ]);
  return { wasm, bios, videoBios };
}

async function get(url: string, { signal }: Cancellable): Promise<Response> {
  const response = await fetch(url, signal ? { signal } : {}).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new AppError('source/unreachable', { url, detail: String(cause) }, { cause });
  });
  if (!response.ok) throw new AppError('source/http-status', { url, status: response.status });
  return response;
}
