import type { AppDesk, AppService } from './app-service.ts';
import type { Cancellable } from './cancellation.ts';
import type { DiskDesk } from './disk-desk.ts';
import type { GuestProcess } from './engine.ts';
import type { NetworkDesk } from './network-desk.ts';
import type { RunOptions, RunResult } from './portolan.ts';

/**
 * What the tab that runs a machine does for another tab, over a port between the two. Every method may throw AppError.
 * One port is for one viewer: the size of its terminal is remembered.
 */
export interface SharedMachine extends Pick<AppService, 'exchange'>, AppDesk, NetworkDesk, Pick<DiskDesk, 'disk'> {
  /**
   * Sends to `sink` what the terminal shows now, then all that comes; the guest is held back while `sink` is slow.
   * Lasts until the signal, or until `sink` fails or has taken nothing for some seconds: then it can be asked for anew.
   */
  attachConsole(sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>, options?: Cancellable): Promise<void>;
  writeConsole(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The guest's terminal has the size of whoever resized or typed last. */
  resizeConsole(columns: number, rows: number): Promise<void>;
  exec(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  processes(options?: Cancellable): Promise<readonly GuestProcess[]>;
  /** As `MachineService.openConnection`. */
  openConnection(port: number, end: MessagePort, options?: Cancellable): Promise<void>;
  /** Resolves when its state is on the device: it runs no longer, and whoever wants it can go on with it. */
  suspend(): Promise<void>;
}
