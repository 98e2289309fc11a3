import { BlockOverlay } from '#domain/disk/index.ts';
import { CatalogSchema, parseJson } from '#domain/container/index.ts';
import { loadBrowserAssets } from '#engines/v86/browser-assets.ts';
import { V86Engine } from '#engines/v86/index.ts';
import type { Session } from '#ports/engine.ts';
import type { KeptMachine } from '#ports/kept-machines.ts';
import type { Overlay } from '#ports/overlay.ts';
import { loadCompression, type ContainerClient } from '#storage/index.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import { OpfsFolders } from '#storage/machines/opfs-folders.ts';
import { directContainers } from '../../support/direct-container.ts';

const CATALOG = new URL('/catalog/catalog.json', location.href).href;
/** What is written lies in memory, and is no run of zeros. */
const PREPARE =
  'head -c 4194304 /dev/urandom > /dev/shm/part; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do cat /dev/shm/part; done > /dev/shm/seed';

/** Two machines of one container: the disk of one is kept, that of the other is in memory. */
export class Machines {
  readonly #engine: V86Engine;
  readonly #container: ContainerClient;
  readonly #folders = new FolderMachines(new OpfsFolders('bench'), loadCompression);
  readonly #sessions = new Map<'kept' | 'memory', Session>();
  #kept: KeptMachine | undefined;

  static async open(): Promise<Machines> {
    const text = await (await fetch(CATALOG)).text();
    const entry = parseJson(CatalogSchema, text, 'The catalog').entries.find(({ id }) => id === 'base');
    if (!entry) throw new Error('the catalog has no base');
    const engine = new V86Engine(await loadBrowserAssets());
    return new Machines(engine, await directContainers(CATALOG)(entry.manifest));
  }

  private constructor(engine: V86Engine, container: ContainerClient) {
    this.#engine = engine;
    this.#container = container;
  }

  /** The machine's session, alone running; started from the snapshot when it is first asked for. */
  async session(which: 'kept' | 'memory'): Promise<Session> {
    const known = this.#sessions.get(which);
    if (known) return known;
    const overlay = which === 'kept' ? (await this.kept()).disk : new BlockOverlay();
    const session = await this.#start(overlay, true);
    await session.exec(['sh', '-c', PREPARE]);
    await session.pause();
    this.#sessions.set(which, session);
    return session;
  }

  /** Ends both machines and boots the one whose disk is kept anew, from what was on the device. */
  async restart(): Promise<Session> {
    for (const session of this.#sessions.values()) await session.stop();
    this.#sessions.clear();
    this.#kept?.close();
    this.#kept = undefined;
    const session = await this.#start((await this.kept()).disk, false);
    this.#sessions.set('kept', session);
    return session;
  }

  async kept(): Promise<KeptMachine> {
    const disk = { bytes: (await this.#container.disk()).size, base: this.#container.parts.disk.blob.digest };
    this.#kept ??= await this.#folders.open('bench', disk);
    return this.#kept;
  }

  async #start(overlay: Overlay, fromSnapshot: boolean): Promise<Session> {
    const container = this.#container;
    const [snapshot] = container.parts.snapshots;
    const session = await this.#engine.start({
      memory: container.config.memory,
      commandLine: container.config.kernelCommandLine,
      kernel: await container.kernel(),
      disk: await container.disk(),
      state: fromSnapshot && snapshot ? await container.snapshot(snapshot) : undefined,
      overlay,
    });
    await session.ready();
    return session;
  }
}
