import type { ErrorRecord } from '#domain/errors/index.ts';
import type { HaltReason, ProcessRow } from '#domain/guest/index.ts';
import type { BlockSource } from './block-source.ts';
import type { Overlay } from './overlay.ts';
import type { Cancellable } from './cancellation.ts';

/** What an engine needs to start a machine. */
export interface EngineConfig {
  /** Guest memory in bytes. */
  readonly memory: number;
  readonly kernel: Uint8Array<ArrayBuffer>;
  readonly initrd?: Uint8Array<ArrayBuffer> | undefined;
  readonly commandLine: string;
  readonly disk: BlockSource;
  /** Takes what the guest writes to the disk, and has what it wrote before; in memory where nothing is given. */
  readonly overlay?: Overlay | undefined;
  /**
   * A state that the same engine saved of the same machine; without it the machine boots from its disk. It holds what the
   * guest had written if that was in memory, and goes with an untouched overlay then; else with the very one that it was
   * saved with.
   */
  readonly state?: Uint8Array<ArrayBuffer> | undefined;
}

/** What executes a container. */
export interface Engine {
  readonly name: 'v86' | 'cheerpx';
  /** Changes whenever saved states of another version would not restore. */
  readonly version: string;
  /** True when it can restore what an engine of that version saved. */
  restores(version: string): boolean;
  /** Debian's names of the architectures it runs. */
  readonly architectures: readonly string[];
  /**
   * Starts a machine. Resolves when the guest executes its first instruction or the state is restored.
   * @throws AppError `state/corrupt`, `machine/out-of-memory`, `app/no-webassembly`; what `disk.read` throws, where the disk
   * is needed before there is a session that could wait for it
   */
  start(config: EngineConfig, options?: Cancellable): Promise<Session>;
}

export type BootStage = 'firmware' | 'kernel' | 'services' | 'prompt';

/** What happens to a session, in order. */
export type SessionEvent =
  | { readonly type: 'stage'; readonly stage: BootStage }
  /** The guest stands still, because a chunk of its disk cannot be had. It goes on by itself once it can. */
  | { readonly type: 'waiting'; readonly error: ErrorRecord }
  | { readonly type: 'continuing' }
  /** A line of the kernel's log. */
  | { readonly type: 'log'; readonly line: string }
  /** The guest's processor stopped for good; after a reboot the machine has to be started anew on what it had written. */
  | { readonly type: 'halted'; readonly reason: HaltReason };

/** A running machine. After `stop` every other method throws AppError `machine/not-running`. */
export interface Session {
  readonly console: SessionConsole;
  readonly network: SessionNetwork;
  /** Milliseconds that the guest has used of its processor. */
  readonly busy: number;
  /** Settles when the guest shows its first prompt; at once for a restored state. @throws AppError `machine/boot-timeout` */
  ready(options?: Cancellable): Promise<void>;
  /** Calls `listener` for each event from now on, until the signal. */
  subscribe(listener: (event: SessionEvent) => void, options?: Cancellable): void;
  /** Runs a program in the guest. @throws AppError `guest/*` */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Puts a file below /host. @throws AppError `file/*` */
  writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Reads a file below /host. @throws AppError `file/*` */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The guest's processes. */
  processes(options?: Cancellable): Promise<readonly GuestProcess[]>;
  /** Stops the guest's clock and CPU, once it is renewed; nothing is lost. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * The whole state, with what the terminal shows. Its parts in order, put together, are an `EngineConfig.state`: they
   * are left apart because there are a hundred megabytes and more, and who keeps them goes by pieces. It runs on as before.
   */
  save(): Promise<readonly Uint8Array<ArrayBuffer>[]>;
  /**
   * Renews what a restored state has in common with other machines of the same state. To be called before anybody else gets
   * the session: programs, states and, in a new machine, what is typed wait until it is done. The prompt is there at once, but
   * nobody makes a key of random numbers that others have, too.
   * @throws AppError `guest/not-renewed`, `guest/agent-silent`
   */
  renew(identity: Identity): Promise<void>;
  /** Tries at once what the machine waits for. */
  retry(): void;
  /** Ends it without asking the guest, and frees what it holds. */
  stop(): Promise<void>;
}

/**
 * Which machine a restored state becomes. `kept`: the one that was saved, with its clock set and new random numbers. `new`: one
 * of many that start from a snapshot, so with ids, keys and addresses of its own, too.
 */
export type Identity = 'new' | 'kept';

/** The other end of the cable from the guest's network card: Ethernet frames, without their check sequence. */
export interface SessionNetwork {
  /** Bytes of a packet for the guest at most; what it takes may be less, as its own TCP says. */
  readonly mtu: number;
  /**
   * Calls `listener` for each frame that the guest sends from now on, until the signal; it may keep the frame. A TCP segment can
   * be longer than `mtu`, up to the 64 KiB of an IPv4 packet, and lack its checksum (`isSummed`), as a datagram can: a guest leaves
   * cutting and summing to its network card. On this cable nothing gets damaged.
   */
  subscribe(listener: (frame: Uint8Array, isSummed: boolean) => void, options?: Cancellable): void;
  /** Gives the guest a frame, at once. One that it has no room for is lost, as on any cable. */
  send(frame: Uint8Array): void;
}

/** The guest's terminal line: bytes as a tty writes and reads them. */
export interface SessionConsole {
  /**
   * Sends to `sink` what the terminal shows now, then all that comes. The guest stands still while more than a few hundred KB
   * wait for promises that `sink` returned.
   */
  attach(sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void, options?: Cancellable): void;
  write(bytes: Uint8Array): void;
  /** Tells the guest the terminal's size in characters. */
  resize(columns: number, rows: number): void;
}

export interface ExecOptions extends Cancellable {
  readonly stdin?: Uint8Array<ArrayBuffer> | undefined;
  /** Added to the guest's default environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
}

export interface ExecResult {
  /** Exit status; 128 + signal number when a signal ended it, as shells have it. */
  readonly status: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: Uint8Array<ArrayBuffer>;
}

export type GuestProcess = ProcessRow;
