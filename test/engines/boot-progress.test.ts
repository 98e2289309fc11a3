import { beforeEach, describe, expect, it } from 'vitest';
import { BootProgress } from '#engines/v86/boot-progress.ts';
import type { SessionEvent } from '#ports/engine.ts';

let events: SessionEvent[];
let prompts: number;
let boot: BootProgress;

function serial(text: string): void {
  for (const byte of Buffer.from(text, 'latin1')) boot.receive(byte);
}

const stages = (): string[] => events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []));

beforeEach(() => {
  events = [];
  prompts = 0;
  boot = new BootProgress(
    (event) => events.push(event),
    () => prompts++,
  );
});

describe('the progress of a boot', () => {
  it('is seen on the serial port: kernel, services, prompt', () => {
    serial('L');
    expect(stages()).toEqual(['kernel']);
    serial('inux version 6.1\r\nportolan: stage services\r\n');
    expect(stages()).toEqual(['kernel', 'services']);
    serial('portolan: ready\r\n');
    expect([stages(), prompts]).toEqual([['kernel', 'services', 'prompt'], 1]);
  });

  it('goes only forward', () => {
    serial('portolan: ready\nportolan: stage services\nportolan: ready\n');
    expect(stages()).toEqual(['kernel', 'prompt']);
  });

  it('comes with the kernel’s log, without the signals and the empty lines', () => {
    serial('[    0.1] one\r\n\r\nportolan: stage services\r\n[    0.2] two\r\n[    0.3] unfinished');
    const lines = events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
    expect(lines).toEqual(['[    0.1] one', '[    0.2] two']);
  });
});
