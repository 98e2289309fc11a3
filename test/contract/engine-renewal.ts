import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { concatBytes } from '#domain/bytes/index.ts';
import type { Identity, Session } from '#ports/engine.ts';
import {
  decode,
  shell,
  startMachine,
  type BootedMachines,
  type EngineUnderTest,
  type Machine,
} from './engine-support.ts';

const HOUR_MS = 3_600_000;

/** A package's own secret, as the keys of an SSH server are. */
const PACKAGE = `cat > /usr/lib/portolan/identity.d/test << 'END'
#!/bin/sh
echo "$1 $(od -An -N8 -tx8 /dev/urandom)" > /etc/test-secret
END
chmod +x /usr/lib/portolan/identity.d/test`;

/** What must differ between machines made from one snapshot, and what not. */
interface Facts {
  readonly machineId: string;
  readonly random: string;
  readonly address: string;
  readonly secret: string;
  readonly name: string;
}

async function factsOf(session: Session): Promise<Facts> {
  const random = 'od -An -v -w32 -N32 -tx1 /dev/urandom';
  const script = `${random}; cat /etc/machine-id /sys/class/net/eth0/address /etc/test-secret /etc/hostname`;
  const [random32 = '', machineId = '', address = '', secret = '', name = ''] = (await shell(session, script)).split(
    '\n',
  );
  return { machineId, random: random32, address, secret, name };
}

/** Milliseconds by which the guest's clock is off, at least. */
async function clockError(session: Session): Promise<number> {
  const asked = Date.now();
  const time = Number(await shell(session, 'date +%s.%N')) * 1000;
  return Math.max(0, asked - time, time - Date.now());
}

/** What every engine does so that machines of one state are not one machine many times. */
export function renewalContract(name: string, test: EngineUnderTest, booted: BootedMachines): void {
  describe(`${name}, machines of one state`, () => {
    let state: Uint8Array<ArrayBuffer>;
    let original: Facts;
    const running: Session[] = [];

    const restore = async (identity?: Identity, from = state): Promise<Machine> => {
      const machine = await startMachine(test, { state: from });
      running.push(machine.session);
      if (identity) void machine.session.renew(identity);
      return machine;
    };
    const stopAll = async (): Promise<void> => {
      for (const session of running.splice(0)) await session.stop();
    };

    beforeAll(async () => {
      const { session } = await booted.start();
      running.push(session);
      await shell(session, `${PACKAGE}; echo none > /etc/test-secret; mkdir -p /var/lib/systemd /var/lib/dbus`);
      await shell(session, 'echo saved > /var/lib/systemd/random-seed; cp /etc/machine-id /var/lib/dbus/machine-id');
      original = await factsOf(session);
      state = concatBytes(await session.save());
      await stopAll();
    });
    afterAll(stopAll);

    it('have an id and an address of their own from their first boot on', () => {
      expect(original.machineId).toMatch(/^[0-9a-f]{12}4[0-9a-f]{19}$/);
      expect(original.address).toMatch(/^02(?::[0-9a-f]{2}){5}$/);
    });

    it('share no id, address, secret or random number once they are renewed as new ones', async () => {
      const machines = [await restore('new'), await restore('new')];
      const [one, other] = await Promise.all(machines.map(({ session }) => factsOf(session)));
      if (!one || !other) throw new Error('two machines have facts');
      for (const key of ['machineId', 'random', 'address', 'secret'] as const) {
        expect(new Set([original[key], one[key], other[key]]).size, key).toBe(3);
      }
      expect([one.secret, other.secret]).toEqual([expect.stringMatching(/^new/), expect.stringMatching(/^new/)]);
      expect([one.name, other.name]).toEqual([original.name, original.name]);
      for (const { session } of machines) expect(await clockError(session)).toBeLessThan(1000);
    });

    it('have it everywhere where it is kept', async () => {
      const { session } = await restore('new');
      const { machineId, address } = await factsOf(session);
      expect(await shell(session, 'cat /var/lib/dbus/machine-id')).toBe(machineId);
      expect(await shell(session, 'wc -c < /var/lib/systemd/random-seed')).toBe('512');
      // A driver that starts anew asks the device for its address.
      const driver = '/sys/bus/virtio/drivers/virtio_net';
      const again = `d=$(basename $(readlink -f /sys/class/net/eth0/device)); echo $d > ${driver}/unbind; echo $d > ${driver}/bind`;
      await shell(session, again);
      expect((await factsOf(session)).address).toBe(address);
      await stopAll();
    });

    it('take what is typed only after that', async () => {
      const { session, terminal } = await restore('new');
      terminal.type('cat /etc/machine-id /etc/test-secret > /host/typed; echo typed $((1 + 1))\n');
      await terminal.shows(/^typed 2/m);
      const { machineId, secret } = await factsOf(session);
      expect(decode(await session.readFile('typed'))).toBe(`${machineId}\n${secret}\n`);
      await stopAll();
    });

    it('are saved only after that', async () => {
      const first = await restore('new');
      const saved = concatBytes(await first.session.save());
      const { machineId, address } = await factsOf(first.session);
      expect(machineId).not.toBe(original.machineId);
      await stopAll();
      const { session } = await restore('kept', saved);
      expect(await factsOf(session)).toMatchObject({ machineId, address });
      await stopAll();
    });

    it('stand still only after that, so that one that is paused at once can be saved', async () => {
      const first = await restore('new');
      await first.session.pause();
      const saved = concatBytes(await first.session.save());
      await stopAll();
      const { session } = await restore('kept', saved);
      expect((await factsOf(session)).machineId).not.toBe(original.machineId);
      await stopAll();
    });

    it('stay who they are when they go on where they were, but with other random numbers', async () => {
      const [one, other] = [await restore('kept'), await restore('kept')];
      const [facts, others] = [await factsOf(one.session), await factsOf(other.session)];
      const { machineId, address, secret } = original;
      expect([facts, others]).toEqual([
        expect.objectContaining({ machineId, address, secret }),
        expect.objectContaining({ machineId, address, secret }),
      ]);
      expect(new Set([original.random, facts.random, others.random]).size).toBe(3);
      await stopAll();
    });

    it('have the right time, however long they were away', async () => {
      const first = await restore('kept');
      const saved = concatBytes(await first.session.save());
      await stopAll();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const { session } = await restore('kept', saved);
      expect(await clockError(session)).toBeLessThan(1000);
      await session.pause();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await session.resume();
      expect(await clockError(session)).toBeLessThan(1000);
      await stopAll();
    });

    it.each([
      ['slept', HOUR_MS],
      ['had its clock set back', -HOUR_MS],
    ])('have the right time soon after the host %s', async (_, milliseconds) => {
      const { session } = await restore('kept');
      expect(await clockError(session)).toBeLessThan(1000);
      const now = Date.now.bind(Date);
      vi.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
      try {
        await vi.waitFor(async () => expect(await clockError(session)).toBeLessThan(1000), { timeout: 20_000 });
      } finally {
        vi.restoreAllMocks();
        await stopAll();
      }
    });
  });
}
