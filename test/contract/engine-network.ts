import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetStack, TcpSocket } from '#domain/net/index.ts';
import type { Session } from '#ports/engine.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { shell, waitUntil, type BootedMachines } from './engine-support.ts';
import { GUEST, guestStack } from './guest-stack.ts';

const MIB = 1024 * 1024;

function hashOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

async function readAll(socket: TcpSocket): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of socket.readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function writeAll(socket: TcpSocket, bytes: Uint8Array): Promise<void> {
  const writer = socket.writable.getWriter();
  await writer.write(bytes);
  await writer.close();
}

/** Our stack at one end of the cable, the kernel of a container at the other. */
export function networkContract(booted: BootedMachines): void {
  describe('network', () => {
    let session: Session;
    let stack: NetStack;

    beforeAll(async () => {
      ({ session } = await booted.start());
      stack = guestStack(session);
      await session.ready();
    });
    afterAll(async () => {
      stack.close();
      await session.stop();
    });

    /** Starts a program that listens in the guest, and waits until it does. */
    async function serve(port: number, script: string): Promise<void> {
      await shell(session, `(${script}) </dev/null >/dev/null 2>&1 & echo started`);
      const hex = port.toString(16).toUpperCase().padStart(4, '0');
      await waitUntil(async () => (await shell(session, 'cat /proc/net/tcp /proc/net/tcp6')).includes(`:${hex} `));
    }

    it('carries echoes both ways', async () => {
      expect(await stack.ping(GUEST)).toBeGreaterThan(0);
      expect(await shell(session, 'busybox ping -c 3 -W 5 10.0.2.2')).toContain('3 packets received');
    });

    it('tells the guest at once what is not there', async () => {
      const began = performance.now();
      expect(await failureOf(stack.connect(GUEST, 9))).toMatchObject({ code: 'net/refused' });
      expect(await shell(session, 'busybox nc -w 60 192.0.2.1 80 2>&1 || true')).toMatch(/unreachable/i);
      expect(await shell(session, 'busybox nc -w 60 10.0.2.2 81 2>&1 || true')).toMatch(/refused/i);
      expect(performance.now() - began).toBeLessThan(30_000);
    });

    it('answers the guest’s questions for names', async () => {
      expect(await shell(session, 'busybox nslookup host.test 10.0.2.2')).toContain('10.0.2.2');
      expect(await shell(session, 'busybox nslookup nowhere.test 10.0.2.2 2>&1 || true')).toMatch(/NXDOMAIN|can't/);
    });

    it('carries 4 MB out of the guest, with the right bytes', async () => {
      await shell(session, 'head -c 4194304 /dev/urandom > /tmp/out');
      await serve(2001, 'busybox nc -l -p 2001 < /tmp/out');
      const socket = await stack.connect(GUEST, 2001);
      const bytes = await readAll(socket);
      expect(bytes.length).toBe(4 * MIB);
      expect(await shell(session, 'md5sum < /tmp/out')).toContain(hashOf(bytes));
      await socket.writable.close();
      await socket.closed;
    });

    it('carries 4 MB into the guest, with the right bytes', async () => {
      const bytes = noise(4 * MIB, 1);
      await serve(2002, 'busybox nc -l -p 2002 > /tmp/in; md5sum < /tmp/in > /tmp/in.md5');
      const socket = await stack.connect(GUEST, 2002);
      await writeAll(socket, bytes);
      await waitUntil(async () =>
        (await shell(session, 'cat /tmp/in.md5 2>/dev/null || true')).includes(hashOf(bytes)),
      );
    });

    it('takes connections that the guest makes', async () => {
      const told: string[] = [];
      const stop = new AbortController();
      const accept = async (socket: TcpSocket): Promise<void> => {
        await writeAll(socket, new TextEncoder().encode('hello from the host\n'));
        told.push((await readAll(socket)).toString());
      };
      stack.listen(7000, (socket) => void accept(socket), { signal: stop.signal });
      expect(await shell(session, 'echo from the guest | busybox nc 10.0.2.2 7000')).toContain('hello from the host');
      await waitUntil(() => told.length > 0);
      expect(told).toEqual(['from the guest\n']);
      stop.abort();
    });

    it('ends a connection in the guest when its user breaks off', async () => {
      await serve(2003, 'busybox nc -l -p 2003 < /dev/zero');
      const socket = await stack.connect(GUEST, 2003);
      await socket.readable.cancel();
      await waitUntil(async () => !(await shell(session, 'cat /proc/net/tcp /proc/net/tcp6')).includes(':07D3 '));
      expect(await failureOf(socket.closed)).toMatchObject({ code: 'net/aborted' });
    });
  });
}
