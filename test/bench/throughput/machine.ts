import { CatalogSchema, parseJson } from '#domain/container/index.ts';
import type { Engine, Session } from '#ports/engine.ts';
import { directContainers } from '../../support/direct-container.ts';

/** What a benchmark starts. */
interface Wanted {
  readonly container?: string;
  /** Boots, where a machine would start from its snapshot. */
  readonly isCold?: boolean;
}

/** A machine of one of the catalog's containers, in a browser's worker or in Node. */
export async function startMachine(
  engine: Engine,
  catalogUrl: string,
  { container = 'base', isCold = false }: Wanted = {},
): Promise<Session> {
  const text = await (await fetch(catalogUrl)).text();
  const entry = parseJson(CatalogSchema, text, 'The catalog').entries.find(({ id }) => id === container);
  if (!entry) throw new Error(`the catalog has no ${container}`);
  const opened = await directContainers(catalogUrl)(entry.manifest);
  const [snapshot] = isCold ? [] : opened.parts.snapshots;
  const session = await engine.start({
    memory: opened.config.memory,
    commandLine: opened.config.kernelCommandLine,
    kernel: await opened.kernel(),
    disk: await opened.disk(),
    state: snapshot && (await opened.snapshot(snapshot)),
  });
  await session.ready();
  return session;
}
