import { formatIpv4, parseIpv4 } from '../net/index.ts';

/** 198.18.0.0/15 is for tests of networks (RFC 2544): nobody is there, so each of its addresses can stand for a name. */
const FIRST = parseIpv4('198.18.0.1');
const COUNT = 2 ** 17 - 2;
/** RFC 1123, 2.1; with underscores, which names of services have. */
const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** Names of addresses: whose they are, nobody here knows. */
const REVERSE = /\.arpa$/;

/**
 * Addresses that stand for names: the guest wants an address before it connects, and the relay a name, to look it up where it
 * is. A name keeps its address; when all are given away, the one that was asked for longest ago loses it.
 */
export class NameTable {
  readonly #addresses = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #count: number;

  /** @param count of addresses at most; less than there are for tests */
  constructor(count = COUNT) {
    this.#count = count;
  }

  /** @param name in small letters; undefined for what cannot be a host's name */
  addressOf(name: string): string | undefined {
    if (!HOST_NAME.test(name) || REVERSE.test(name)) return undefined;
    const address = this.#addresses.get(name) ?? this.#newAddress();
    // It moves to the end: the map is in the order in which names were last asked for.
    this.#addresses.delete(name);
    this.#addresses.set(name, address);
    this.#names.set(address, name);
    return address;
  }

  /** The name that an address stands for; the address itself where it is one of the world's; undefined when nobody has been given it. */
  hostAt(address: string): string | undefined {
    const offset = parseIpv4(address) - FIRST;
    return offset < 0 || offset >= COUNT ? address : this.#names.get(address);
  }

  #newAddress(): string {
    const [oldest] = this.#addresses;
    if (this.#addresses.size < this.#count || !oldest) return formatIpv4(FIRST + this.#addresses.size);
    const [name, address] = oldest;
    this.#addresses.delete(name);
    return address;
  }
}
