/**
 * The network between this side and a guest: TCP/IP (Ethernet, ARP, IPv4, ICMP echo, UDP with DHCP and DNS answers, TCP) as
 * pure functions and state machines, each protocol's form apart from what is done with it. Frames go in and come out; time
 * and chance are given. Not here: engines, timers, HTTP.
 */
export { NetStack, type NetStackConfig } from './stack.ts';
export { Timer, type Clock } from './clock.ts';
export { ETHERNET_MTU } from './ethernet.ts';
export { formatIpv4, parseIpv4 } from './address.ts';
export type { Outside } from './tcp/outward.ts';
export type { TcpSocket } from './tcp/socket.ts';
