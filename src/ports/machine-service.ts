import type { Descriptor } from '#domain/container/index.ts';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { HaltReason } from '#domain/guest/index.ts';
import type { RelayState } from '#domain/wisp/index.ts';
import type { AppDesk, AppDoor, AppService } from './app-service.ts';
import type { Cancellable } from './cancellation.ts';
import type { DiskDesk } from './disk-desk.ts';
import type { BootStage, ExecOptions, ExecResult, GuestProcess } from './engine.ts';
import type { SavedState } from './kept-machines.ts';
import type { SuspendedState } from './machine-records.ts';
import type { NetworkDesk } from './network-desk.ts';
import type { TransferProgress } from './progress.ts';

/**
 * What a machine starts from. `suspended`: a state of its own that fits its disk, else as `snapshot`: the container's while
 * the disk is untouched, else as `disk`: it boots.
 */
export type StartFrom = 'snapshot' | 'disk' | 'suspended';

export interface StartRequest {
  readonly id: string;
  readonly title: string;
  readonly manifest: Descriptor;
  /** Absolute URLs of catalogs that may have the container, beside those of the user's sources. */
  readonly sources: readonly string[];
  /** Absolute URL of the app, ends with `/`: the container's content is below its `c/`. */
  readonly scope: string;
  /** Who answers there: the service worker that controls the page, or nobody, so that the machine has to do it itself. */
  readonly via: 'service-worker' | 'direct';
  readonly from: StartFrom;
  /** The checkpoint to go back to first. */
  readonly checkpoint?: string | undefined;
}

/** Bytes of its container that a machine has read, unpacked, by where they came from. */
export interface ContainerReads {
  /** Memory and storage of this device. */
  readonly device: number;
  /** Servers. */
  readonly network: number;
}

/** What a machine's worker tells its page. */
export type MachineEvent =
  | { readonly type: 'loading'; readonly progress: TransferProgress }
  | { readonly type: 'stage'; readonly stage: BootStage }
  /** What it has read since its worker was started; told before each `ready`. */
  | ({ readonly type: 'reads' } & ContainerReads)
  | { readonly type: 'ready'; readonly from: StartFrom }
  /** The machine goes on, but not as asked: why. */
  | { readonly type: 'notice'; readonly error: ErrorRecord }
  /** What was begun at a checkpoint had not ended; it has gone back there, and the checkpoint is gone. */
  | { readonly type: 'undone'; readonly checkpoint: SavedState }
  | { readonly type: 'waiting'; readonly error: ErrorRecord }
  | { readonly type: 'continuing' }
  /** What the guest's way to the world is now. */
  | { readonly type: 'relay'; readonly relay: RelayState['name'] }
  | { readonly type: 'log'; readonly line: string }
  /** The guest rebooted, goes back to a checkpoint, or gets a larger disk: it starts on the disk that it has. */
  | { readonly type: 'rebooting' }
  | { readonly type: 'halted'; readonly reason: Exclude<HaltReason, 'reboot'> };

export interface MachineActivity {
  /** When somebody last typed into it, it last showed something, or a program or a file passed. Milliseconds since the epoch. */
  readonly touchedAt: number;
  /** Milliseconds that the guest has used of its processor since it was started. */
  readonly busy: number;
}

/** The service of `workers/machine.ts`: one machine for one worker. Every method may throw AppError. */
export interface MachineService extends Pick<AppService, 'exchange'>, AppDoor, AppDesk, NetworkDesk, DiskDesk {
  /** Calls `listener` for each event, in order. */
  watch(listener: (event: MachineEvent) => void): Promise<void>;
  /** Resolves when the guest shows a prompt. */
  start(request: StartRequest, options?: Cancellable): Promise<void>;
  /** Sends the console's output to `sink`; its promise acknowledges the bytes. */
  attachConsole(sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<void>;
  writeConsole(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  resizeConsole(columns: number, rows: number): Promise<void>;
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  processes(options?: Cancellable): Promise<readonly GuestProcess[]>;
  /**
   * Connects to a TCP port of the guest, whose bytes then pass through `end`: the other end of its channel is a `ByteChannel`'s.
   * @throws AppError `net/*`
   */
  openConnection(port: number, end: MessagePort, options?: Cancellable): Promise<void>;
  /** Saves the state and ends the session; the worker can be let go afterwards. @throws AppError `storage/*` */
  suspend(): Promise<SuspendedState>;
  /**
   * The guest stands still while its state is saved.
   * @param isUndo the machine goes back to it when it is started before it is forgotten
   * @throws AppError `storage/*`
   */
  checkpoint(name: string, isUndo?: boolean): Promise<SavedState>;
  /** Makes the machine what it was. Resolves when it runs. @throws AppError `state/corrupt`, `storage/*`; then it runs on */
  restore(checkpoint: string): Promise<void>;
  /** @throws AppError `storage/*` */
  forget(checkpoint: string): Promise<void>;
  /** Opens what a machine keeps, without starting it. @throws AppError `storage/*` */
  open(request: StartRequest): Promise<void>;
  /** What the machine has done lately. */
  activity(): Promise<MachineActivity>;
  retry(): Promise<void>;
  /** Ends the session; what the guest has written so far is kept. */
  stop(): Promise<void>;
}
