import { expect, it } from 'vitest';
import { parseListeningPorts } from '#domain/guest/index.ts';

/** As Linux prints it on a little-endian machine. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 1234 1 00000000 100 0 0 10 0
   1: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1235 1 00000000 100 0 0 10 0
   2: 0F02000A:1F40 0202000A:C001 01 00000000:00000000 00:00000000 00000000     0        0 1236 1 00000000 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   2: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   3: 00000000000000000000000000000000:0CEA 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;

it('finds the ports that are listened on, and which of them only the guest itself can reach', () => {
  expect(parseListeningPorts(TABLES)).toEqual([
    { port: 80, reachable: true },
    { port: 3306, reachable: true },
    { port: 8000, reachable: true },
    { port: 8080, reachable: false },
    { port: 8081, reachable: false },
  ]);
  expect(parseListeningPorts('cat: /proc/net/tcp6: No such file or directory\n')).toEqual([]);
});
