import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SerialInput } from '#engines/v86/serial-input.ts';

/** A serial port whose guest reads when it is told to. */
class Port {
  input: number[] = [];
  readonly read: number[] = [];
  most = 0;
  readonly line = new SerialInput({
    send: (bytes) => {
      this.input.push(...bytes);
      this.most = Math.max(this.most, this.input.length);
    },
    waiting: () => this.input.length,
  });

  async drain(): Promise<void> {
    while (this.line.pending > 0) {
      this.read.push(...this.input.splice(0));
      await vi.advanceTimersByTimeAsync(10);
    }
  }
}

let port: Port;
beforeEach(() => {
  vi.useFakeTimers();
  port = new Port();
});
afterEach(() => void vi.useRealTimers());

describe('input of a serial port', () => {
  it('goes at once when the guest has taken all before', () => {
    port.line.send(Uint8Array.of(1, 2, 3));
    expect(port.input).toEqual([1, 2, 3]);
  });

  it('that is long goes in pieces, in order, each when the one before was taken', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
    port.line.send(bytes.subarray(0, 70_000));
    port.line.send(bytes.subarray(70_000));
    expect(port.line.pending).toBe(bytes.length);
    await port.drain();
    expect(Buffer.compare(Uint8Array.from(port.read), bytes)).toBe(0);
    expect(port.most).toBeLessThanOrEqual(4096);
  });

  it('is forgotten when the machine ends', async () => {
    port.line.send(new Uint8Array(10_000));
    port.line.dispose();
    port.input = [];
    await vi.advanceTimersByTimeAsync(1000);
    expect([port.input, vi.getTimerCount()]).toEqual([[], 0]);
  });
});
