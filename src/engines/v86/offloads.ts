import { checksumOf, wordSum } from '#domain/net/index.ts';

/** Feature bits of a virtio network card (virtio 1.2, 5.1.3). */
const FEATURE = { checksum: 0, tcpSegmentation: 11 };
/** The card's work that the guest may leave to us. */
export const OFFLOADS = (1 << FEATURE.checksum) | (1 << FEATURE.tcpSegmentation);

/** What stands before each frame (virtio 1.2, 5.1.6): offsets of what is read of it. */
const HEADER = { flags: 0, checksumStart: 6, checksumOffset: 8 };
const HEADER_BYTES = 12;
/** Flag: the sum over the frame from `checksumStart` on is wanted, and the field holds that of the pseudo-header. */
const NEEDS_CHECKSUM = 1;

/**
 * Does what the guest has left to its card: writes the checksum of a TCP segment or UDP datagram. Nothing is cut into packets:
 * nobody behind this card has to have them short.
 * @param frame as v86 passes it, after its header in the same memory
 * @throws TypeError when another build of v86 passes no header
 */
export function finishFrame(frame: Uint8Array): void {
  if (frame.byteOffset !== HEADER_BYTES) throw new TypeError('this build of v86 sends frames without their header');
  const header = new DataView(frame.buffer, 0, HEADER_BYTES);
  if ((header.getUint8(HEADER.flags) & NEEDS_CHECKSUM) === 0) return;
  const start = header.getUint16(HEADER.checksumStart, true);
  const field = start + header.getUint16(HEADER.checksumOffset, true);
  if (field + 2 > frame.length) return;
  // 0 would say of a UDP datagram that it has none, and is the same number as this in every sum.
  const checksum = checksumOf(wordSum(frame.subarray(start))) || 0xffff;
  new DataView(frame.buffer, frame.byteOffset).setUint16(field, checksum);
}
