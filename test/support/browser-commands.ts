import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import { CatalogHost } from './catalog-host.ts';
import type { FaultRule, LoggedRequest } from './fault-server.ts';
import { RelayServer } from './relay-server.ts';
import { diskOf, makeContainer } from './tiny-container.ts';

/** A rule as it crosses to Node: without a pattern. */
type PlainRule = Omit<FaultRule, 'path'>;

/** A container that a server has. */
export interface HostedContainer {
  /** Of its catalog. */
  readonly url: string;
  readonly manifest: Digest;
  /** All of its disk, in base64. */
  readonly disk: string;
}

const hosts = new Map<string, CatalogHost>();
const relays = new Map<string, RelayServer>();

/** Servers in Node for tests that run in a browser: real ones, of another origin. By their catalog's URL. */
export const browserCommands = {
  async openCatalogHost(_: unknown, entries: readonly CatalogEntry[]): Promise<string> {
    const host = await CatalogHost.open(...entries);
    hosts.set(host.url, host);
    return host.url;
  },
  /** A server of a container whose disk has such chunks: see `diskOf`. */
  async openContainerHost(_: unknown, chunks: readonly number[]): Promise<HostedContainer> {
    const { files, manifest, disk } = await makeContainer({ disk: diskOf(chunks) });
    const host = await CatalogHost.open();
    for (const [path, bytes] of files) await host.write(path, bytes);
    hosts.set(host.url, host);
    return { url: host.url, manifest: manifest.digest, disk: Buffer.from(disk.content).toString('base64') };
  },
  publishCatalog(_: unknown, url: string, entries: readonly CatalogEntry[]): Promise<void> {
    return hostAt(url).publish(...entries);
  },
  heal(_: unknown, url: string): void {
    hostAt(url).server.heal();
  },
  failWith(_: unknown, url: string, rule: PlainRule): void {
    hostAt(url).server.inject(rule);
  },
  requestsAt(_: unknown, url: string): readonly LoggedRequest[] {
    return hostAt(url).server.requests;
  },
  async closeCatalogHosts(): Promise<void> {
    const open = [...hosts.values()];
    hosts.clear();
    await Promise.all(open.map((host) => host.close()));
  },
  async openRelay(): Promise<string> {
    const relay = await RelayServer.open();
    relays.set(relay.url, relay);
    return relay.url;
  },
  async stopRelay(_: unknown, url: string): Promise<void> {
    await relays.get(url)?.stop();
    relays.delete(url);
  },
  async closeRelays(): Promise<void> {
    const open = [...relays.values()];
    relays.clear();
    await Promise.all(open.map((relay) => relay.stop()));
  },
};

function hostAt(url: string): CatalogHost {
  const host = hosts.get(url);
  if (!host) throw new Error(`there is no server at ${url}`);
  return host;
}

type Remote<T> = {
  [Name in keyof T]: T[Name] extends (context: unknown, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Promise<Awaited<Result>>
    : never;
};

declare module 'vitest/browser' {
  interface BrowserCommands extends Remote<typeof browserCommands> {}
}
