import { fieldTokens, withoutFields, type HeaderList } from './header.ts';

/** RFC 9110, 7.6.1, and what older software calls so: fields about one connection, not about the message. */
export const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Leaves out the fields that are for one connection only, those that `Connection` names included. */
export function withoutHopByHop(headers: HeaderList): HeaderList {
  return withoutFields(headers, [...HOP_BY_HOP, ...fieldTokens(headers, 'connection')]);
}
