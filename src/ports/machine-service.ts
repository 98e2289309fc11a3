import type { Descriptor } from '#domain/container/index.ts';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { HaltReason } from '#domain/guest/index.ts';
import type { Cancellable } from './cancellation.ts';
import type { BootStage, ExecOptions, ExecResult, GuestProcess } from './engine.ts';
import type { TransferProgress } from './progress.ts';
import type { MachineRecord } from './state-store.ts';

/** What a machine starts from: the snapshot where one fits, always the disk, or its own suspended state. */
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
}

/** What a machine's worker tells its page. */
export type MachineEvent =
  | { readonly type: 'loading'; readonly progress: TransferProgress }
  | { readonly type: 'stage'; readonly stage: BootStage }
  | { readonly type: 'ready'; readonly from: StartFrom }
  /** The machine goes on, but not as asked: why. */
  | { readonly type: 'notice'; readonly error: ErrorRecord }
  | { readonly type: 'waiting'; readonly error: ErrorRecord }
  | { readonly type: 'continuing' }
  | { readonly type: 'log'; readonly line: string }
  /** The guest rebooted: it starts on the disk that it left. */
  | { readonly type: 'rebooting' }
  | { readonly type: 'halted'; readonly reason: Exclude<HaltReason, 'reboot'> };

/** The service of `workers/machine.ts`: one machine for one worker. Every method may throw AppError. */
export interface MachineService {
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
  /** Saves the state and ends the session; the worker can be let go afterwards. */
  suspend(): Promise<MachineRecord>;
  retry(): Promise<void>;
  stop(): Promise<void>;
}
