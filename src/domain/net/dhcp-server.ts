import { UNSPECIFIED, type Ipv4Address } from './address.ts';
import { addressIn, DHCP_OPTION, DHCP_TYPE, optionOfU16, optionOfU32, type DhcpMessage } from './dhcp.ts';

/** A day: nobody else is there to take the address. */
const LEASE_SECONDS = 24 * 60 * 60;

export const DHCP_PORT = { server: 67, client: 68 } as const;

/** What the one host on the link is told. */
export interface DhcpOffer {
  readonly address: Ipv4Address;
  readonly mask: number;
  /** Server, router and name server in one. */
  readonly server: Ipv4Address;
  readonly mtu: number;
}

/**
 * What a server answers to a message of a client (RFC 2131, 4.3), or undefined for nothing. There is one guest on the link and
 * so one address, which whoever asks is given; there is nothing to remember.
 */
export function answerDhcp(message: DhcpMessage, offer: DhcpOffer): DhcpMessage | undefined {
  if (message.operation !== 'request') return undefined;
  switch (message.options.get(DHCP_OPTION.messageType)?.[0]) {
    case DHCP_TYPE.discover:
      return reply(message, DHCP_TYPE.offer, offer);
    case DHCP_TYPE.request:
      return answerRequest(message, offer);
    case DHCP_TYPE.inform:
      return inform(message, offer);
    default:
      return undefined;
  }
}

function answerRequest(message: DhcpMessage, offer: DhcpOffer): DhcpMessage | undefined {
  const server = addressIn(message, DHCP_OPTION.server);
  // The client has chosen another server.
  if (server !== undefined && server !== offer.server) return undefined;
  const wanted = addressIn(message, DHCP_OPTION.requestedAddress) ?? message.clientAddress;
  return wanted === offer.address ? reply(message, DHCP_TYPE.ack, offer) : refuse(message, offer);
}

function reply(message: DhcpMessage, type: number, offer: DhcpOffer): DhcpMessage {
  const options = new Map([
    ...head(type, offer),
    [DHCP_OPTION.leaseTime, optionOfU32(LEASE_SECONDS)] as const,
    ...settings(offer),
  ]);
  return { ...message, operation: 'reply', yourAddress: offer.address, options };
}

/** For who has an address by other means and wants to know the rest: no address, no lease. */
function inform(message: DhcpMessage, offer: DhcpOffer): DhcpMessage {
  const options = new Map([...head(DHCP_TYPE.ack, offer), ...settings(offer)]);
  return { ...message, operation: 'reply', yourAddress: UNSPECIFIED, options };
}

/** The client may not use what it wants: it has to begin anew, and to hear that whatever address it believes to have. */
function refuse(message: DhcpMessage, offer: DhcpOffer): DhcpMessage {
  const options = new Map(head(DHCP_TYPE.nak, offer));
  return { ...message, operation: 'reply', broadcast: true, clientAddress: 0, yourAddress: UNSPECIFIED, options };
}

type Options = (readonly [number, Uint8Array])[];

function head(type: number, { server }: DhcpOffer): Options {
  return [
    [DHCP_OPTION.messageType, Uint8Array.of(type)],
    [DHCP_OPTION.server, optionOfU32(server)],
  ];
}

function settings({ mask, server, mtu }: DhcpOffer): Options {
  return [
    [DHCP_OPTION.subnetMask, optionOfU32(mask)],
    [DHCP_OPTION.router, optionOfU32(server)],
    [DHCP_OPTION.nameServer, optionOfU32(server)],
    [DHCP_OPTION.mtu, optionOfU16(mtu)],
  ];
}
