import { CatalogSchema, parseJson } from '#domain/container/index.ts';
import type { Engine, Session } from '#ports/engine.ts';
import { directContainers } from '../../support/direct-container.ts';

/** A machine of the catalog's `base`, from its snapshot, in a browser's worker or in Node. */
export async function startMachine(engine: Engine, catalogUrl: string): Promise<Session> {
  const text = await (await fetch(catalogUrl)).text();
  const entry = parseJson(CatalogSchema, text, 'The catalog').entries.find(({ id }) => id === 'base');
  if (!entry) throw new Error('the catalog has no base');
  const container = await directContainers(catalogUrl)(entry.manifest);
  const [snapshot] = container.parts.snapshots;
  const session = await engine.start({
    memory: container.config.memory,
    commandLine: container.config.kernelCommandLine,
    kernel: await container.kernel(),
    disk: await container.disk(),
    state: snapshot && (await container.snapshot(snapshot)),
  });
  await session.ready();
  return session;
}
