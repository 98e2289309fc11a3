import type { Ipv4Address } from './address.ts';
import {
  decodeDnsQuery,
  DNS_CLASS,
  DNS_CODE,
  DNS_TYPE,
  encodeDnsAnswer,
  encodeDnsFormatError,
  type DnsQuery,
} from './dns.ts';
import type { Bytes } from './wire.ts';

export const DNS_PORT = 53;
/** How long a guest may remember an answer: names come and go with what the user does. */
const SECONDS_TO_LIVE = 5;

/** The addresses of names that are known: lower case, without a dot at the end. */
export type NameLookup = (name: string) => Ipv4Address | undefined;

/**
 * What a name server answers to `bytes`, or undefined for nothing. It knows the names that its owner gives it; all others
 * do not exist, and saying so at once is what lets a guest's programs fail at once where there is no network.
 */
export function answerDns(bytes: Uint8Array, lookup: NameLookup): Bytes | undefined {
  const query = decodeDnsQuery(bytes);
  if (!query) return undefined;
  if ('garbage' in query) return encodeDnsFormatError(query.id);
  if (query.opcode !== 0) return encodeDnsAnswer(query, DNS_CODE.notImplemented);
  const address = lookup(query.name);
  if (address === undefined) return encodeDnsAnswer(query, DNS_CODE.noSuchName);
  // A name that exists has no records of other types, IPv6 addresses among them.
  if (!asksForAddress(query)) return encodeDnsAnswer(query, DNS_CODE.ok);
  return encodeDnsAnswer(query, DNS_CODE.ok, { value: address, seconds: SECONDS_TO_LIVE });
}

function asksForAddress(query: DnsQuery): boolean {
  const type = query.type === DNS_TYPE.a || query.type === DNS_TYPE.any;
  return type && (query.class === DNS_CLASS.internet || query.class === DNS_CLASS.any);
}
