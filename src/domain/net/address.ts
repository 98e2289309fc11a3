/** An IPv4 address as an unsigned 32-bit number. */
export type Ipv4Address = number;
/** A hardware address as an unsigned 48-bit number. */
export type MacAddress = number;

export const LIMITED_BROADCAST: Ipv4Address = 0xffff_ffff;
export const UNSPECIFIED: Ipv4Address = 0;
export const BROADCAST_MAC: MacAddress = 0xffff_ffff_ffff;

/** Reads four decimal numbers with dots. @throws RangeError when it is anything else */
export function parseIpv4(text: string): Ipv4Address {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number) ?? [];
  if (parts.length !== 4 || parts.some((part) => part > 255)) throw new RangeError(`“${text}” is no IPv4 address`);
  return parts.reduce((address, part) => address * 256 + part, 0);
}

export function formatIpv4(address: Ipv4Address): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** Reads six hexadecimal bytes with colons. @throws RangeError when it is anything else */
export function parseMac(text: string): MacAddress {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) throw new RangeError(`“${text}” is no hardware address`);
  return Number.parseInt(text.replaceAll(':', ''), 16);
}

/** An address and the network that can be reached without a router. */
export class Ipv4Interface {
  readonly address: Ipv4Address;
  readonly mask: number;
  readonly #network: number;

  /** @param prefix bits of the network, 1 to 30 */
  constructor(address: Ipv4Address, prefix: number) {
    if (!Number.isInteger(prefix) || prefix < 1 || prefix > 30)
      throw new RangeError(`/${prefix} is no network of hosts`);
    this.address = address;
    this.mask = (-1 << (32 - prefix)) >>> 0;
    this.#network = (address & this.mask) >>> 0;
  }

  /** True for the address of a host in the network: neither the network's own nor its broadcast. */
  reaches(other: Ipv4Address): boolean {
    return (other & this.mask) >>> 0 === this.#network && other !== this.#network && other !== this.broadcast;
  }

  get broadcast(): Ipv4Address {
    return (this.#network | ~this.mask) >>> 0;
  }
}
