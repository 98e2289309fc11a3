import type { MergedForeign } from '#domain/catalog/index.ts';
import type { CatalogEntry, Digest } from '#domain/container/index.ts';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { ListeningPort } from '#domain/guest/index.ts';
import type { MemoryRoom } from '#domain/memory/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { AppPagesDesk } from './app-pages.ts';
import type { AppDesk } from './app-service.ts';
import type { BuildInfo } from './build-info.ts';
import type { ByteStreams } from './byte-streams.ts';
import type { Cancellable } from './cancellation.ts';
import type { DiskDesk } from './disk-desk.ts';
import type { BootStage, GuestProcess } from './engine.ts';
import type { ContainerReads, StartFrom } from './machine-service.ts';
import type { NetworkDesk } from './network-desk.ts';
import type { MachineServices } from './machine-services.ts';
import type { PackageInstallation } from './package-installation.ts';
import type { PackageRemoval } from './package-removal.ts';
import type { TransferProgress } from './progress.ts';
import type { CatalogSignature, Sources } from './sources.ts';
import type { StorageReport } from './storage-report.ts';

/**
 * `window.portolan`: what the page itself is built on, for embedding and automation too.
 *
 * ```js
 * const machine = await portolan.boot('base');
 * const { status, stdout } = await machine.exec(['uname', '-a']);
 * ```
 */
export interface Portolan extends AppPagesDesk, PackageInstallation, PackageRemoval {
  readonly build: BuildInfo;
  /** The catalogs that the user has added. */
  readonly sources: Sources;
  /** The containers of all enabled sources, merged; from the device at once, and refreshed behind (`on('catalog')`). */
  catalog(options?: Cancellable): Promise<readonly ContainerListing[]>;
  /** The runtimes that they list: packages that machines take on. `keep`, `pin` and the like are for them, too. */
  runtimes(options?: Cancellable): Promise<readonly ContainerListing[]>;
  /** What they list beside that in forms of older servers: it is shown, but does not boot. */
  foreign(options?: Cancellable): Promise<readonly MergedForeign[]>;
  /**
   * Makes a machine of a container and starts it. Resolves as soon as the machine can be watched;
   * `machine.ready` tells when it is at a prompt, and its methods wait for that.
   * @param ref the container's id, or its manifest's digest
   * @throws AppError `container/not-found`, `container/ambiguous`, `container/is-runtime`, `container/unavailable`, `source/*`
   */
  boot(ref: string, options?: BootOptions): Promise<Machine>;
  /**
   * What a share link points at, read from the device or from catalogs only: nothing is downloaded or started.
   * @param from catalogs that may have it, beside the user's own sources
   */
  lookUp(manifest: Digest, from: readonly string[], options?: Cancellable): Promise<LinkPreview>;
  /** Downloads a container whole, or goes on with it. Goes on after a reload. Failures show in its listing. */
  keep(manifest: Digest): Promise<void>;
  /** Stops downloading for now; what is here stays. */
  pauseKeeping(manifest: Digest): Promise<void>;
  /** Stops downloading for good; what is here stays until it is removed. */
  cancelKeeping(manifest: Digest): Promise<void>;
  /** What takes how much of this device. */
  storage(): Promise<StorageReport>;
  /** Keeps a container from being evicted to make room, or no longer. */
  pin(manifest: Digest, pinned: boolean): Promise<void>;
  /** Removes what no other container needs. @throws AppError `container/in-use` */
  removeContainer(manifest: Digest): Promise<void>;
  /** Minutes after which a machine that does nothing in a hidden tab is suspended; 0 for never. */
  readonly idleMinutes: IdleMinutes;
  setIdleMinutes(minutes: IdleMinutes): void;
  /** Asks the browser not to clear this origin by itself. True when it agrees. */
  persist(): Promise<boolean>;
  /**
   * What memory a machine of the container would take, beside those that run in all tabs. Nothing is refused for want of it.
   * @param ref as for `boot`
   * @param sources catalogs that may have it, beside the user's own
   * @throws AppError `container/unavailable`, `source/*`
   */
  memoryFor(ref: string, sources?: readonly string[]): Promise<MemoryRoom>;
  /**
   * Makes a machine of a file that `Machine.export` has made, as suspended or stopped as it was. The file is verified first;
   * when it throws, nothing has changed. A machine whose id is taken here gets a new one.
   * @throws AppError `backup/*`, `storage/full`, `storage/unavailable`
   */
  import(file: Blob, options?: BackupOptions): Promise<Machine>;
  /** The machines on this device, also those that run in other tabs, and the ones of this page that cannot be kept. */
  machines(): readonly Machine[];
  /**
   * `machines`: the list changed. `catalog`: a listing changed (a newer catalog, more bytes here, a download's progress).
   * `sources`: a source or its health changed. `storage`: what is on the device changed.
   */
  on(type: 'machines' | 'catalog' | 'sources' | 'storage', listener: () => void, options?: Cancellable): void;
}

/** A catalog entry, where it comes from, and what of it is on this device. */
export interface ContainerListing {
  readonly entry: CatalogEntry;
  /** Catalogs that list the same bytes, best first. */
  readonly mirrors: readonly string[];
  /** Other bytes that sources offer under the same id and version: the user has to choose. Empty when all agree. */
  readonly conflicts: readonly Digest[];
  /** When the newest of its catalogs was read, if none of them answers now; else undefined. Milliseconds since the epoch. */
  readonly staleSince: number | undefined;
  /** Of the first mirror's catalog. */
  readonly signature: CatalogSignature;
  /** The download that was asked for; undefined when there is none. */
  readonly download: Download | undefined;
  /** Where the thumbnail's bytes are; undefined when the container has none. */
  readonly thumbnailUrl: string | undefined;
  readonly local: LocalState;
}

export type LocalState =
  | { readonly name: 'absent' }
  | { readonly name: 'partial'; /** Share of the container's bytes that are here, 0 to 1. */ readonly share: number }
  | { readonly name: 'offline-ready' }
  /** Another version of it is offline-ready, and boots as before. */
  | {
      readonly name: 'update-available';
      readonly here: Digest;
      readonly version: string;
      /** Bytes to fetch at most: what both versions have is not fetched again, and only their chunk lists tell how much that is. */
      readonly bytes: number;
    };

/** A container on its way to this device as a whole. */
export type Download =
  | { readonly name: 'running'; readonly progress: TransferProgress }
  | { readonly name: 'paused'; readonly progress: TransferProgress }
  | { readonly name: 'failed'; readonly progress: TransferProgress; readonly error: ErrorRecord };

/** What a share link leads to. */
export type LinkPreview =
  | { readonly name: 'found'; readonly listing: ContainerListing }
  /** Nobody who was asked has these bytes: who was asked, and what each said (undefined: it answered, without them). */
  | {
      readonly name: 'missing';
      readonly asked: readonly { readonly url: string; readonly error: ErrorRecord | undefined }[];
    };

export const IDLE_MINUTES = [0, 5, 15, 60] as const;
export type IdleMinutes = (typeof IDLE_MINUTES)[number];

export interface BootOptions extends Cancellable {
  /** `disk` boots cold even where a snapshot fits. Default `snapshot`. */
  readonly from?: Exclude<StartFrom, 'suspended'>;
  /** Download all of the container behind the running machine, so that it boots offline. Default false. */
  readonly keepOffline?: boolean;
  /** Catalogs that may have it, beside the user's sources: those of a share link. */
  readonly sources?: readonly string[];
}

export interface CheckpointOptions {
  /**
   * For the time of a change that may fail: should the machine end before the checkpoint is forgotten, as with the tab or the
   * device, it goes back to it when it is started again. Default false.
   */
  readonly isUndo?: boolean;
}

export interface BackupOptions extends Cancellable {
  /** Called with how much is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export type MachineState =
  /** `stage` is undefined while its bytes are being fetched. */
  | {
      readonly name: 'starting';
      readonly stage: BootStage | undefined;
      readonly progress: TransferProgress | undefined;
    }
  | { readonly name: 'running' }
  /** The guest stands still until a piece of its disk can be had. */
  | { readonly name: 'waiting'; readonly error: ErrorRecord }
  | { readonly name: 'suspending' }
  | { readonly name: 'stopping' }
  | { readonly name: 'suspended'; readonly savedAt: number; readonly bytes: number }
  /** Its disk is kept; it boots from there. */
  | { readonly name: 'stopped' }
  | { readonly name: 'failed'; readonly error: ErrorRecord }
  /** Another tab runs it. `there`: what it does in that tab; undefined while that has not said so. */
  | {
      readonly name: 'elsewhere';
      readonly there: RunningStateName | undefined;
      readonly link: TabLink;
    };

/** Names of the states in which a machine holds memory, and can lose changes. */
export const RUNNING_STATES = ['starting', 'running', 'waiting', 'suspending', 'stopping'] as const;
export type RunningStateName = (typeof RUNNING_STATES)[number];

/** True for the name of a state in which a machine holds memory, and can lose changes. */
export function isRunning(name: MachineState['name']): name is RunningStateName {
  return RUNNING_STATES.some((running) => running === name);
}

/**
 * What this tab has to do with a machine of another one: nothing yet (`apart`); nothing, because this window has no service
 * worker to find the other tab (`unreachable`), or because that did not answer (`silent`); it is looking for it, shows its
 * terminal, has it suspended to go on with it here, or waits until the other lets go of it.
 */
export type TabLink = 'apart' | 'unreachable' | 'silent' | 'connecting' | 'watching' | 'taking-over' | 'waiting';

/** A machine as it was, memory and disk. */
export interface Checkpoint {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
  /** Bytes of its memory on this device; its disk shares what has not changed since. */
  readonly bytes: number;
}

/** A user's own instance of a container. Methods that need the guest wait until it is ready. */
export interface Machine extends AppDesk, NetworkDesk, DiskDesk {
  readonly id: string;
  readonly title: string;
  /** Digest of the container's manifest. */
  readonly container: Digest;
  readonly state: MachineState;
  /** Bytes of memory that it takes, here or in the tab that runs it; undefined while it does not run, or that is not known. */
  readonly memory: number | undefined;
  /** What its way to the world is, here or in the tab that runs it, as far as that is known: `off` while it has no network. */
  readonly relay: RelayState['name'];
  /** Why it did not start as asked (a snapshot that does not fit, storage that is full); undefined when all went well. */
  readonly notice: ErrorRecord | undefined;
  /** What its start here has read of its container; undefined before its first prompt in this tab. */
  readonly reads: ContainerReads | undefined;
  /** The kernel's log so far, newest last, at most a few hundred lines. */
  readonly log: readonly string[];
  /** Resolves at the first prompt in this tab; rejects with AppError when the start fails. */
  readonly ready: Promise<void>;
  readonly console: MachineConsole;
  /** Runs a program and waits for its end. Output is read as UTF-8. */
  exec(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Puts a file where the guest sees it as /host/`path`. */
  writeFile(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void>;
  /** Reads the guest's /host/`path`. */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  processes(options?: Cancellable): Promise<readonly GuestProcess[]>;
  /** TCP ports that programs in the guest listen on. */
  listeningPorts(options?: Cancellable): Promise<readonly ListeningPort[]>;
  /** Programs that run as long as it does, under runit. */
  readonly services: MachineServices;
  /**
   * Where the pages of a web server in the guest are; undefined where this window has no origin for them.
   * @param app its port, or the name that the user has given to it
   */
  appUrl(app: number | string): string | undefined;
  /**
   * Connects to a TCP port of the guest, from whatever tab. The signal is for connecting.
   * @throws AppError `net/refused` when nothing listens there, `net/timeout`, `machine/*`, `tab/*`
   */
  connect(port: number, options?: Cancellable): Promise<ByteStreams>;
  /**
   * Asks a web server in the guest what its pages would ask, with the machine's cookies, from whatever tab. Redirects are answers
   * like others; their addresses are those of the app's pages.
   * @param request a path, or what `fetch` takes: only path and query of its address count
   * @throws AppError `app/*`, `net/*`, `machine/*`, `tab/*`
   */
  fetch(port: number, request: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Saves the state on this device and frees the machine's memory. */
  suspend(): Promise<void>;
  /** Goes on from the suspended state. */
  resume(): Promise<void>;
  /** Starts a stopped machine from what it has: its disk. */
  start(): Promise<void>;
  /** Ends it, as switching it off does; its disk is kept. */
  stop(): Promise<void>;
  /** Ends it and boots it from its disk. */
  restart(options?: BootOptions): Promise<void>;
  /** Ends it, throws away its disk, its states and its checkpoints, and starts it as new. */
  startOver(): Promise<void>;
  /** Ends it and forgets all of it. */
  remove(): Promise<void>;
  /** States to go back to, oldest first. */
  checkpoints(): readonly Checkpoint[];
  /** Keeps the running machine as it is now, memory and disk; the guest stands still meanwhile. @throws AppError `storage/*` */
  checkpoint(name: string, options?: CheckpointOptions): Promise<Checkpoint>;
  /** Makes the machine what it was, and runs it from there. What came after is lost, but for other checkpoints. */
  restore(checkpoint: string): Promise<void>;
  /** Deletes a checkpoint. */
  forget(checkpoint: string): Promise<void>;
  /**
   * All that it keeps as one file (docs/backup-format.md): its disk, its checkpoints, its suspended state. Not of one that
   * runs: its memory is not kept yet.
   * @throws AppError `backup/running`, `backup/not-kept`, `machine/elsewhere`, `storage/damaged`
   */
  export(options?: BackupOptions): Promise<Blob>;
  /** Tries at once what a waiting machine waits for. */
  retry(): Promise<void>;
  /** Shows here the terminal of a machine that runs in another tab; keys go there. @throws AppError `tab/*` */
  watch(): Promise<void>;
  /** Ends `watch`, and the waiting of `takeOverLater`. */
  leave(): Promise<void>;
  /** Has it suspended in the other tab, and goes on with it here. @throws AppError `tab/*`, `machine/*`, `storage/*` */
  takeOver(): Promise<void>;
  /** Waits until the other tab lets go of it, in whatever way, and goes on here from what it has saved last. */
  takeOverLater(): Promise<void>;
  /** `state`: `state`, `memory`, `relay`, `notice`, `reads` or the checkpoints changed. `log`: a line was added. */
  on(type: 'state' | 'log', listener: () => void, options?: Cancellable): void;
}

export interface MachineConsole {
  /**
   * Sends what the terminal should show to `sink`: first what it shows now, then all that comes.
   * The guest is held back while many bytes wait for promises that `sink` returned.
   */
  attach(sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void, options?: Cancellable): void;
  /** Types into the terminal. */
  write(input: string | Uint8Array<ArrayBuffer>): void;
  resize(columns: number, rows: number): void;
}

export interface RunOptions extends Cancellable {
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
