import { beforeEach, describe, expect, it } from 'vitest';
import { BLOCK_BYTES } from '#domain/disk/index.ts';
import { OverlayLog } from '#domain/overlay/index.ts';
import { FaultyStore } from './support/faulty-store.ts';
import { Random } from './support/random.ts';

const MIB = 1024 * 1024;
const DISK = { bytes: 256 * MIB, base: 'sha256:base' };

let store: FaultyStore;
let log: OverlayLog;

function open(): OverlayLog {
  return OverlayLog.open({ log: store.file('log'), manifests: [store.file('a'), store.file('b')] }, DISK);
}

const block = (fill: number): Uint8Array => new Uint8Array(BLOCK_BYTES).fill(fill);

function read(start: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES);
  log.apply(start, bytes);
  return bytes;
}

/** Versions of the form that the two manifests have. */
function versions(): readonly (string | undefined)[] {
  return ['a', 'b'].map((name) => {
    const head = Buffer.alloc(64);
    store.file(name).read(0, head);
    return head.toString('latin1').split(' ')[1];
  });
}

beforeEach(() => {
  store = new FaultyStore(new Random(1));
  log = open();
});

describe('a disk that grows', () => {
  it('is as large again after an opening, and as small again as the checkpoint to which it goes back', () => {
    const end = DISK.bytes + MIB - BLOCK_BYTES;
    log.checkpoint('small', '');
    log.grow(DISK.bytes + MIB);
    log.write(end, block(2));
    log.close();
    log = open();
    expect([log.size, read(end)]).toEqual([DISK.bytes + MIB, block(2)]);
    log.checkpoint('large', '');
    log.restore('small');
    expect(log.size).toBe(DISK.bytes);
    expect(() => log.write(DISK.bytes, block(3))).toThrow(RangeError);
    log.restore('large');
    expect([log.size, read(end)]).toEqual([DISK.bytes + MIB, block(2)]);
  });

  it('does not bring to light what was behind the end that it had before', () => {
    log.checkpoint('small', '');
    log.grow(DISK.bytes + MIB);
    log.write(DISK.bytes, block(2));
    log.restore('small');
    log.grow(DISK.bytes + 2 * MIB);
    expect([log.covers(DISK.bytes, BLOCK_BYTES), read(DISK.bytes)]).toEqual([false, block(0)]);
  });

  it('never becomes smaller, nor any size that chunks do not fill', () => {
    log.grow(DISK.bytes + MIB);
    for (const bytes of [log.size, log.size - MIB, log.size + 512, NaN]) {
      expect(() => log.grow(bytes)).toThrow(RangeError);
    }
  });

  it('is of a form that older programs read, until it or a checkpoint is larger', () => {
    log.checkpoint('small', '');
    expect(versions()).toEqual(['1', '1']);
    log.grow(DISK.bytes + MIB);
    log.checkpoint('large', '');
    expect(versions()).toEqual(['2', '2']);
    log.restore('small');
    log.annotate('small', 'again');
    expect(versions()).toEqual(['2', '2']);
    log.forget('large');
    log.annotate('small', 'and again');
    expect(versions()).toEqual(['1', '1']);
  });
});
