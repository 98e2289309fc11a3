/** Feature bits of a virtio network card (virtio 1.2, 5.1.3). */
const FEATURE = { checksum: 0, tcpSegmentation: 11 };
/** What the guest may leave to its card. Nobody behind this one has to have it done: it is a cable within one worker. */
export const OFFLOADS = (1 << FEATURE.checksum) | (1 << FEATURE.tcpSegmentation);

/** What stands before each frame (virtio 1.2, 5.1.6). Its first byte has the flags. */
const HEADER_BYTES = 12;
/** Flag: the card is to write the checksum. */
const NEEDS_CHECKSUM = 1;

/**
 * Whether the guest has left the checksum of a TCP segment or UDP datagram to its card.
 * @param frame as v86 passes it, after its header in the same memory
 * @throws TypeError when another build of v86 passes no header
 */
export function lacksChecksum(frame: Uint8Array): boolean {
  if (frame.byteOffset !== HEADER_BYTES) throw new TypeError('this build of v86 sends frames without their header');
  const [flags = 0] = new Uint8Array(frame.buffer, 0, 1);
  return (flags & NEEDS_CHECKSUM) !== 0;
}
