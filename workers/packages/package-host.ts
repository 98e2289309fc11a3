import type { Explanation } from '#domain/packages/index.ts';
import { storeDeb } from '#domain/packages/archive/index.ts';
import { DirectArchive, parseUnpackRules, type DirectFiles, type UnpackTexts } from '#domain/packages/direct/index.ts';
import {
  proposeInstall,
  readDebFacts,
  skimDebFacts,
  type DebFacts,
  type MachinePackages,
  type Proposal,
} from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { DirectFile, PackageService, RuntimeFiles, RuntimeRequest } from '#ports/package-service.ts';
import { unpack, type Storage } from '#storage/index.ts';
import { readRuntime } from './read-runtime.ts';

/** Reads packages, one after the other: unpacking takes memory. */
export class PackageHost implements PackageService {
  readonly #open: () => Promise<Storage>;

  constructor(open: () => Promise<Storage>) {
    this.#open = open;
  }

  async read(files: readonly Blob[], { signal }: Cancellable = {}): Promise<readonly DebFacts[]> {
    const facts: DebFacts[] = [];
    const options = { decompress: unpack, signal };
    for (const file of files)
      facts.push((await skimDebFacts(file, options)) ?? (await readDebFacts(piecesOf(file), options)));
    return facts;
  }

  propose(
    packages: readonly DebFacts[],
    machine: MachinePackages,
    { wanted }: Parameters<PackageService['propose']>[2] = {},
  ): Promise<Proposal | Explanation> {
    return Promise.resolve(proposeInstall(packages, machine, wanted));
  }

  async readRuntime(
    request: RuntimeRequest,
    onProgress: (share: number) => void,
    options: Cancellable = {},
  ): Promise<RuntimeFiles> {
    return readRuntime(await this.#open(), request, onProgress, options);
  }

  async writeDirectly(
    files: readonly DirectFile[],
    unpacking: UnpackTexts,
    most: number,
    { signal }: Cancellable = {},
  ): Promise<DirectFiles & { readonly taken: number }> {
    const made = new DirectArchive(parseUnpackRules(unpacking));
    let taken = 0;
    for (const { file, isConfigured } of files) {
      if (taken > 0 && made.size + file.size > most) break;
      await made.add(piecesOf(file), { decompress: unpack, signal, isConfigured });
      taken++;
    }
    return { ...made.finish(), taken };
  }

  async store(file: Blob, { signal }: Cancellable = {}): Promise<Uint8Array<ArrayBuffer>> {
    return storeDeb(piecesOf(file), { decompress: unpack, signal });
  }
}

/** Not all browsers iterate over streams. */
async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array, void> {
  const reader = file.stream().getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}
