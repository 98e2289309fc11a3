import type { V86Cpu } from './internals.ts';

/** ATA commands (ACS-3, 7): what a disk is, and two forms of FLUSH CACHE. */
const IDENTIFY_DEVICE = 0xec;
const FLUSH_CACHE = 0xe7;
const FLUSH_CACHE_EXT = 0xea;
/** Words of what IDENTIFY DEVICE answers: features that are there, and that are on; and the bit of the write cache in both. */
const FEATURES_SUPPORTED = 82;
const FEATURES_ENABLED = 85;
const WRITE_CACHE = 0x20;
/** The command register, from the channel's first port on. */
const COMMAND_REGISTER = 7;
/** Status register: busy. */
const BUSY = 0x80;

/**
 * Gives the guest's disk a write cache that can be flushed. v86 ends FLUSH CACHE without telling the disk, and says that
 * there is no cache, so that Linux would not even send it. Here the disk says that it has one, and a flush ends when
 * `flush` has called `done`: at once, or later, while the guest sees a busy disk.
 */
export function addWriteCache({ io, devices }: V86Cpu, flush: (done: () => void) => void): void {
  const channel = devices.ide.primary;
  const port = io.ports[channel.command_base | COMMAND_REGISTER];
  if (!port) throw new TypeError('this build of v86 has no command register');
  const write = port.write8;
  const pass = (command: number): void => write.call(port.device, command);
  port.write8 = (command) => {
    if (command !== FLUSH_CACHE && command !== FLUSH_CACHE_EXT) {
      pass(command);
      if (command === IDENTIFY_DEVICE) announceCache(channel.current_interface.data);
      return;
    }
    let isDone = false;
    flush(() => {
      isDone = true;
      pass(command);
    });
    if (!isDone) channel.current_interface.status_reg = BUSY;
  };
}

/** @param answer little-endian words */
function announceCache(answer: Uint8Array): void {
  for (const word of [FEATURES_SUPPORTED, FEATURES_ENABLED]) answer[2 * word] = (answer[2 * word] ?? 0) | WRITE_CACHE;
}
