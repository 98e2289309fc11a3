const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/**
 * What a running machine takes beside its guest's memory: emulator, compiled guest code, screen. A page with one machine of
 * 256 MiB took 437 MB at most (`npm run bench -- memory`).
 */
const EMULATOR_BYTES = 160 * MIB;

/** What browsers that do not say are taken for, in GiB. */
const USUAL_DEVICE = 4;

/** The rest is for the system, the browser, and whatever else is open. */
const SHARE = 0.5;

/** Bytes of memory. */
export interface MemoryRoom {
  /** What the machine would take. */
  readonly needed: number;
  /** What running machines take, in all tabs. */
  readonly used: number;
  /** What this device can spare for machines. */
  readonly budget: number;
}

/** Bytes that a running machine takes, as far as can be told without measuring. @param guest bytes of the guest's memory */
export function machineMemory(guest: number): number {
  return guest + EMULATOR_BYTES;
}

/** Bytes that a device can spare for machines. @param device its memory in GiB, as browsers round it; undefined: unknown */
export function memoryBudget(device = USUAL_DEVICE): number {
  return device * GIB * SHARE;
}

/** True when a machine more would take no more than the device can spare. */
export function hasRoom({ needed, used, budget }: MemoryRoom): boolean {
  return used + needed <= budget;
}
