import { packet } from '@mercuryworkshop/wisp-js/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closePacket, connectPacket, dataPacket, decodePacket, infoPacket } from '#domain/wisp/packets.ts';

const stream = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = fc.uint8Array({ maxLength: 200 });

/** As another implementation reads it. */
const read = (message: Uint8Array) => packet.WispPacket.parse_all(new packet.WispBuffer(message));
/** As another implementation writes it. */
const write = (type: number, stream_id: number, payload: unknown) =>
  new packet.WispPacket({ type, stream_id, payload }).serialize().bytes;

describe('what we say is what wisp-js reads', () => {
  it('connect', () => {
    fc.assert(
      fc.property(stream, fc.domain(), fc.integer({ min: 0, max: 65_535 }), (id, hostname, port) => {
        const said = read(connectPacket(id, hostname, port));
        expect(said).toMatchObject({ type: 1, stream_id: id, payload: { stream_type: 1, port, hostname } });
      }),
    );
  });

  it('data, close and info', () => {
    fc.assert(
      fc.property(stream, bytes, fc.integer({ min: 0, max: 255 }), (id, data, reason) => {
        const said = read(dataPacket(id, data));
        expect(said).toMatchObject({ type: 2, stream_id: id });
        expect(said.payload.data?.bytes).toEqual(data);
        expect(read(closePacket(id, reason))).toMatchObject({ type: 4, stream_id: id, payload: { reason } });
      }),
    );
    expect(read(infoPacket())).toMatchObject({ type: 5, stream_id: 0, payload: { major_ver: 2 } });
  });
});

describe('what wisp-js says is what we read', () => {
  it('data, continue and close', () => {
    fc.assert(
      fc.property(stream, bytes, stream, fc.integer({ min: 0, max: 255 }), (id, data, room, reason) => {
        const payload = new packet.DataPayload({ data: new packet.WispBuffer(data) });
        expect(decodePacket(write(2, id, payload))).toEqual({ type: 'data', stream: id, bytes: data });
        const more = new packet.ContinuePayload({ buffer_remaining: room });
        expect(decodePacket(write(3, id, more))).toEqual({ type: 'continue', stream: id, room });
        expect(decodePacket(write(4, id, new packet.ClosePayload({ reason })))).toEqual({
          type: 'close',
          stream: id,
          reason,
        });
      }),
    );
  });

  it('info, with extensions that say something of themselves', () => {
    const extensions = new packet.WispBuffer(Uint8Array.of(1, 0, 0, 0, 0, 4, 2, 0, 0, 0, 72, 105, 2, 0, 0, 0, 0));
    const info = new packet.InfoPayload({ major_ver: 2, minor_ver: 0, extensions });
    expect(decodePacket(write(5, 0, info))).toEqual({ type: 'info', extensions: [1, 4, 2] });
  });

  it('or it is nothing, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 30 }), (message) => void decodePacket(message)));
    for (const message of [
      [],
      [2, 0, 0, 0],
      [3, 1, 0, 0, 0, 1, 0, 0],
      [4, 1, 0, 0, 0],
      [5, 0, 0, 0, 0, 2],
      [9, 0, 0, 0, 0],
    ]) {
      expect(decodePacket(Uint8Array.from(message))).toBeUndefined();
    }
  });
});
