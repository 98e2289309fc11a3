import { afterAll } from 'vitest';
import { V86Engine } from '#engines/v86/index.ts';
import type { ContainerClient } from '#storage/index.ts';
import { BlobServer } from '../support/blob-server.ts';
import { builtFiles, manifestOf, v86Assets } from '../support/built-catalog.ts';
import { directContainers } from '../support/direct-container.ts';
import { engineContract } from './engine.ts';

const files = await builtFiles();
const server = await BlobServer.start(files);
const containers = directContainers(server.catalogUrl, (error) => {
  throw error;
});
const assets = v86Assets();

/** The container as a new visitor opens it, but for what was fetched before. */
function open(): Promise<ContainerClient> {
  return containers(manifestOf('base', files));
}

afterAll(() => server.close());

engineContract('v86 in Node, with the built base container', {
  makeEngine: async () => new V86Engine(await assets),
  openDisk: async () => (await open()).disk(),
  kernel: async () => (await open()).kernel(),
  commandLine: async () => (await open()).config.kernelCommandLine,
  memory: async () => (await open()).config.memory,
});
