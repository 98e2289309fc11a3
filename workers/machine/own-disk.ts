import { BlockOverlay } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { DISK_ROOM_COMMAND, FILL_DISK_COMMAND, parseDiskRoom } from '#domain/guest/index.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { Session } from '#ports/engine.ts';
import type { KeptMachine } from '#ports/kept-machines.ts';

/** Most milliseconds that a guest is given to put on its disk what it holds in memory, before it is saved or stopped. */
const SYNC_MS = 2000;

/** A machine's disk: how large it is, and what its guest has written to it. */
export type OwnDisk = Pick<KeptMachine, 'disk' | 'size' | 'grow'>;

/** That of a machine of which nothing is kept. */
export class MemoryDisk implements OwnDisk {
  readonly disk = new BlockOverlay();
  #size: number;

  /** @param size in bytes */
  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  grow(bytes: number): void {
    this.#size = bytes;
  }
}

/** Has the guest's file system take all of its disk. @throws AppError `disk/unused`, `guest/*` */
export async function fillDisk(session: Session): Promise<void> {
  const { status, stderr } = await session.exec(FILL_DISK_COMMAND);
  if (status === 0) return;
  throw new AppError('disk/unused', { detail: new TextDecoder().decode(stderr).trim() || `status ${status}` });
}

/** @throws AppError `guest/*` */
export async function describeDisk(session: Session, size: number): Promise<DiskReport> {
  const { stdout } = await session.exec(DISK_ROOM_COMMAND);
  const room = parseDiskRoom(new TextDecoder().decode(stdout));
  if (room) return { size, ...room };
  throw new AppError('guest/exec-failed', { command: 'df', detail: 'it did not say how full the disk is' });
}

/** Has the guest put on its disk what it holds in memory, as far as it answers in time. */
export async function syncDisk(session: Session): Promise<void> {
  const synced = session.exec(['sync']).catch(() => undefined);
  // Not called off when it is late: ending a program takes the guest as long.
  await Promise.race([synced, new Promise((resolve) => setTimeout(resolve, SYNC_MS))]);
}
