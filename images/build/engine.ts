import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { V86Engine, type Scheduling } from '#engines/v86/index.ts';

/**
 * The engine that runs containers in the browser, here in Node: the same code on the same WebAssembly.
 * @param firmware folder with `bios.bin` and `vgabios.bin`
 */
export async function loadEngine(firmware: string, scheduling?: Scheduling): Promise<V86Engine> {
  const wasm = createRequire(import.meta.url).resolve('v86/build/v86.wasm');
  return V86Engine.fromBytes(
    {
      wasm: await readBuffer(wasm),
      bios: await readBuffer(join(firmware, 'bios.bin')),
      videoBios: await readBuffer(join(firmware, 'vgabios.bin')),
    },
    scheduling,
  );
}

async function readBuffer(path: string): Promise<ArrayBuffer> {
  return Uint8Array.from(await readFile(path)).buffer;
}
