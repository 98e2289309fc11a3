import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Session } from '#ports/engine.ts';
import { shell, startMachine } from './engine-support.ts';
import { v86InNode } from './v86-in-node.ts';

/** Where ldconfig(8) keeps what it knows of each library. */
const LIBRARY_CACHE = '/var/cache/ldconfig/aux-cache';

const test = await v86InNode();

describe('the base container', () => {
  let session: Session;

  beforeAll(async () => {
    ({ session } = await startMachine(test));
    await session.ready();
  });
  afterAll(() => session.stop());

  it('brings what ldconfig would find out about its libraries', async () => {
    const look = `stat -c '%a %U' ${LIBRARY_CACHE}; md5sum < ${LIBRARY_CACHE}`;
    const brought = await shell(session, look);
    expect(brought).toMatch(/^600 root\n[0-9a-f]{32}/);
    // Of this disk: the same inodes and times, or it would not believe it.
    expect(await shell(session, `rm ${LIBRARY_CACHE}; ldconfig; ${look}`)).toBe(brought);
  });

  it('runs the services that it came with after a package was installed, and no others', async () => {
    const services = () => shell(session, 'ls /etc/runit/runsvdir/default');
    const before = await services();
    // What dpkg does when a package has a program.
    await shell(session, 'dpkg-trigger --by-package=base-files /usr/bin; dpkg --triggers-only --pending');
    expect(before).toBe('console\nqemu-ga');
    expect(await services()).toBe(before);
  });

  it('has what was written out of its memory soon, without a sync', async () => {
    expect(await shell(session, 'mount | grep "^/dev/sda on / "')).toContain('type ext4');
    const began = Number(
      await shell(session, 'head -c 3000000 /dev/urandom > /root/written; cut -d. -f1 /proc/uptime'),
    );
    const look = "grep -E '^(Dirty|Writeback):' /proc/meminfo | grep -v ' 0 kB' || cut -d. -f1 /proc/uptime";
    const ended = await vi.waitUntil(async () => /^\d+$/.exec((await shell(session, look)).trim())?.[0], {
      timeout: 120_000,
      interval: 500,
    });
    // By itself ext4 would leave it for 30 s; the guest's clock goes on while the tests' machine is busy.
    expect(Number(ended) - began).toBeLessThan(20);
  });
});
