import { afterAll } from 'vitest';
import { V86Engine } from '#engines/v86/index.ts';
import type { ContainerClient } from '#storage/index.ts';
import { BlobServer } from '../support/blob-server.ts';
import { builtFiles, manifestOf, v86Assets } from '../support/built-catalog.ts';
import { directContainers } from '../support/direct-container.ts';
import type { EngineUnderTest } from './engine-support.ts';

export const V86_IN_NODE = 'v86 in Node, with the built base container';

/** v86 and the container as a new visitor opens it, but for what was fetched before; until the file's tests are over. */
export async function v86InNode(): Promise<EngineUnderTest> {
  const files = await builtFiles();
  const server = await BlobServer.start(files);
  afterAll(() => server.close());
  const containers = directContainers(server.catalogUrl, (error) => {
    throw error;
  });
  const open = (): Promise<ContainerClient> => containers(manifestOf('base', files));
  const assets = await v86Assets();
  return {
    makeEngine: () => Promise.resolve(new V86Engine(assets)),
    openDisk: async () => (await open()).disk(),
    kernel: async () => (await open()).kernel(),
    commandLine: async () => (await open()).config.kernelCommandLine,
    memory: async () => (await open()).config.memory,
  };
}
