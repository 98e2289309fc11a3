// The type of window.portolan.
import '../../src/app/window.ts';
import type { Page } from '@playwright/test';
import { expect, test } from './harness/test.ts';

/** What no two machines may share. */
interface Facts {
  readonly id: string;
  readonly machineId: string;
  readonly address: string;
  readonly random: string;
  /** Milliseconds by which the guest's clock is off, at least. */
  readonly clockError: number;
}

/** Boots, or resumes the machine `id`, and asks it for its facts at once. */
function factsOf(page: Page, resumed?: string): Promise<Facts> {
  return page.evaluate(async (wanted) => {
    const suspended = window.portolan.machines().find(({ id }) => id === wanted);
    await suspended?.resume();
    const machine = suspended ?? (await window.portolan.boot('base'));
    const asked = Date.now();
    const script =
      'date +%s.%N; cat /etc/machine-id /sys/class/net/eth0/address; od -An -v -w32 -N32 -tx1 /dev/urandom';
    const { stdout } = await machine.exec(['sh', '-c', script]);
    const [date = '', machineId = '', address = '', random = ''] = stdout.split('\n');
    const time = Number(date) * 1000;
    const clockError = Math.max(0, asked - time, time - Date.now());
    await machine.suspend();
    return { id: machine.id, machineId, address, random, clockError };
  }, resumed);
}

test('machines of one snapshot share no secret; one that was suspended comes back as itself, with the right time', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  const [one, other] = [await factsOf(page), await factsOf(page)];
  const again = await factsOf(page, one.id);
  for (const key of ['id', 'machineId', 'address', 'random'] as const) expect(one[key], key).not.toBe(other[key]);
  expect(again).toMatchObject({ id: one.id, machineId: one.machineId, address: one.address });
  expect(new Set([one.random, other.random, again.random]).size).toBe(3);
  for (const { machineId, clockError } of [one, other, again]) {
    expect(machineId).toMatch(/^[0-9a-f]{32}$/);
    expect(clockError).toBeLessThan(1000);
  }
});
