import { beforeEach, describe, expect, it } from 'vitest';
import { addWriteCache } from '#engines/v86/write-cache.ts';

const [IDENTIFY, FLUSH, FLUSH_EXT, READ] = [0xec, 0xe7, 0xea, 0x20];
const READY = 0x50;

/** The parts of an IDE channel that matter here. */
class Channel {
  readonly command_base = 0x1f0;
  readonly commands: number[] = [];
  readonly current_interface = { status_reg: READY, data: new Uint8Array(512) };

  write8(command: number): void {
    this.commands.push(command);
    this.current_interface.status_reg = READY;
  }
}

let channel: Channel;
let waiting: (() => void)[];
let send: (command: number) => void;

beforeEach(() => {
  channel = new Channel();
  waiting = [];
  const port = { device: channel, write8: channel.write8 };
  const cpu: object = { devices: { ide: { primary: channel } }, io: { ports: { [0x1f7]: port } } };
  addWriteCache(cpu as Parameters<typeof addWriteCache>[0], (done) => waiting.push(done));
  send = (command) => port.write8.call(channel, command);
});

describe('a disk’s write cache', () => {
  it('is announced, as there and as on', () => {
    send(IDENTIFY);
    expect([channel.current_interface.data[164], channel.current_interface.data[170]]).toEqual([0x20, 0x20]);
  });

  it.each([FLUSH, FLUSH_EXT])('is busy from command %i until the flush has ended', (command) => {
    send(command);
    expect([channel.commands, channel.current_interface.status_reg]).toEqual([[], 0x80]);
    waiting[0]?.();
    expect([channel.commands, channel.current_interface.status_reg]).toEqual([[command], READY]);
  });

  it('lets other commands pass', () => {
    send(READ);
    expect([channel.commands, waiting.length]).toEqual([[READ], 0]);
  });
});
