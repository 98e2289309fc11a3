/** A TCP port that a program in the guest listens on. */
export interface ListeningPort {
  readonly port: number;
  /** False where only programs of the guest itself reach it: it is bound to the loopback. */
  readonly reachable: boolean;
}

/** Prints what `parseListeningPorts` reads. */
export const LISTENING_PORTS_COMMAND = ['cat', '/proc/net/tcp', '/proc/net/tcp6'] as const;

/** Linux, Documentation/networking/proc_net_tcp.rst: `sl local_address rem_address st …`, in hexadecimal; state 0A is LISTEN. */
const LISTENING = /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) [\dA-F]+:0000 0A /;

/** 127.x.x.x (in the byte order of the guest), ::1 and 127.x.x.x as an IPv6 address. */
const LOOPBACK = /^(?:[\dA-F]{6}7F|0{24}01000000|0{16}FFFF0000[\dA-F]{6}7F)$/;

/** The ports that are listened on, each once, in order. */
export function parseListeningPorts(text: string): readonly ListeningPort[] {
  const ports = new Map<number, boolean>();
  for (const line of text.split('\n')) {
    const [, address = '', digits = ''] = LISTENING.exec(line) ?? [];
    const port = Number.parseInt(digits, 16);
    if (port > 0) ports.set(port, ports.get(port) === true || !LOOPBACK.test(address));
  }
  return [...ports].map(([port, reachable]) => ({ port, reachable })).toSorted((a, b) => a.port - b.port);
}
