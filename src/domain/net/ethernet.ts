import type { MacAddress } from './address.ts';
import { readU16, readU48, writeU16, writeU48, type Bytes } from './wire.ts';

/** Bytes before the payload: two addresses and the type. Frames have no check sequence: the link does not lose bits. */
export const ETHERNET_HEADER_BYTES = 14;
/** The largest payload. */
export const ETHERNET_MTU = 1500;

export const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806 } as const;

export interface EthernetHeader {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  /** An `ETHER_TYPE`, or one of a protocol that we do not speak. */
  readonly type: number;
}

export interface EthernetFrame extends EthernetHeader {
  /** Shares memory with the frame; may end with padding. */
  readonly payload: Uint8Array;
}

/** Reads an Ethernet II frame; undefined for what is too short to be one. */
export function decodeEthernet(frame: Uint8Array): EthernetFrame | undefined {
  if (frame.length < ETHERNET_HEADER_BYTES) return undefined;
  return {
    destination: readU48(frame, 0),
    source: readU48(frame, 6),
    type: readU16(frame, 12),
    payload: frame.subarray(ETHERNET_HEADER_BYTES),
  };
}

/** Writes the header of a frame whose payload is in its place. */
export function writeEthernetHeader(frame: Uint8Array, { destination, source, type }: EthernetHeader): void {
  writeU48(frame, 0, destination);
  writeU48(frame, 6, source);
  writeU16(frame, 12, type);
}

/** A frame with a copy of `payload`. */
export function encodeEthernet(header: EthernetHeader, payload: Uint8Array): Bytes {
  const frame = new Uint8Array(ETHERNET_HEADER_BYTES + payload.length);
  frame.set(payload, ETHERNET_HEADER_BYTES);
  writeEthernetHeader(frame, header);
  return frame;
}
