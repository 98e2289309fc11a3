import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { V86Engine, V86Session } from '#engines/v86/index.ts';
import { FileDisk } from './file-disk.ts';

/** A machine of which nothing stays: what its guest writes is gone with it. */
export interface Boot {
  /** Path of the disk, uncompressed. */
  readonly image: string;
  readonly kernel: Uint8Array<ArrayBuffer>;
  /** Guest memory in bytes. */
  readonly memory: number;
  readonly kernelCommandLine: string;
}

/** All that a boot depends on beside its disk, to name what was made with it. */
export function bootInputs({ name, version }: V86Engine, { kernel, memory, kernelCommandLine }: Boot): object {
  return {
    engine: `${name} ${version}`,
    kernel: createHash('sha256').update(kernel).digest('hex'),
    memory,
    kernelCommandLine,
  };
}

/** Boots it to its first prompt, lets `use` have it, and ends it. */
export async function withBooted<T>(
  engine: V86Engine,
  { image, kernel, memory, kernelCommandLine: commandLine }: Boot,
  use: (session: V86Session) => Promise<T>,
): Promise<T> {
  const disk = await FileDisk.open(image);
  const session = await engine.start({ memory, commandLine, kernel, disk });
  try {
    await session.ready();
    return await use(session);
  } finally {
    await session.stop();
    await disk.close();
  }
}

/** A kernel as an engine takes it. */
export async function readKernel(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(path));
}
