import type { Locator, Page } from '@playwright/test';
import { RelayServer } from '../support/relay-server.ts';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { runInGuest } from './harness/guest-web.ts';
import { hashOfNoise, Isle } from './harness/isle.ts';
import { bootFromShelf, inBar, resume, suspend } from './harness/machine.ts';
import { openTab } from './harness/tabs.ts';
import { expect, test } from './harness/test.ts';

const BIG = 6 * 1024 * 1024;
const SMALL = 50_000;
const AT_ONCE = 24;

/** What a command says, and whether it failed; nothing here may wait for minutes, so it is ended after 20 s. */
function tryInGuest(page: Page, command: string): Promise<string> {
  return runInGuest(page, `timeout 20 sh -c "$1" 2>&1 || echo "status $?"`, [command]);
}

async function openDialog(page: Page): Promise<Locator> {
  await inBar(page, 'More actions').click();
  await page.getByRole('button', { name: 'Network…' }).click();
  return page.getByRole('dialog', { name: 'Network of Debian base' });
}

test('a machine reaches the world through a relay, and only while its user has turned that on', async ({
  page,
  site,
  problems,
}) => {
  problems.expect(/WebSocket connection to|relay\//);
  const relay = await RelayServer.open();
  const isle = await Isle.open();
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');

  const expectNoWay = async (): Promise<void> => {
    expect(await tryInGuest(page, `busybox wget -O- ${isle.url('noise/10/1')}`)).toMatch(/bad address[^]*status 1/);
    expect(await tryInGuest(page, 'busybox nc -w 60 198.18.0.1 80')).toMatch(/unreachable[^]*status 1/i);
  };

  await test.step('at first there is no network, and programs are told so at once', async () => {
    await expectNoWay();
    await expect(page.locator('.network-badge')).toHaveCount(0);
  });

  const dialog = await openDialog(page);
  await test.step('a relay is turned on, with what it means said beside it', async () => {
    await expect(dialog.getByText('This machine has no network.')).toBeVisible();
    await expect(dialog.getByText('Whoever runs it sees where the machine connects')).toBeVisible();
    await dialog.getByLabel('Relay').fill('ws://relay.example/');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await expect(dialog.getByRole('alert')).toContainText('is not encrypted');
    await dialog.getByLabel('Relay').fill(relay.url);
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await expect(dialog.getByText('Network on')).toBeVisible();
    await expectAccessible(page, 'network', TWO_LOOKS);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(inBar(page, 'Network on')).toBeVisible();
  });

  await test.step('megabytes come by name, whole, and go', async () => {
    const fetched = await runInGuest(page, 'busybox wget -q -O- "$1" | sha256sum', [isle.url(`noise/${BIG}/7`)]);
    expect(fetched).toContain(hashOfNoise(BIG, 7));
    const told = await runInGuest(
      page,
      'head -c 1500000 /dev/urandom | base64 > /tmp/up; sha256sum < /tmp/up; busybox wget -q -O- --post-file=/tmp/up "$1"',
      [isle.url('upload')],
    );
    const [hash, answer] = told.split(/\s+-?\s*/);
    expect(answer).toBe(hash);
  });

  await test.step('many connections at once', async () => {
    const script = `for i in $(seq ${AT_ONCE}); do (busybox wget -q -O- "$1/$i" | sha256sum > /tmp/got.$i) & done; wait; cat $(seq -f /tmp/got.%g ${AT_ONCE})`;
    const got = await runInGuest(page, script, [isle.url(`noise/${SMALL}`)]);
    const wanted = Array.from({ length: AT_ONCE }, (_, i) => `${hashOfNoise(SMALL, i + 1)}  -\n`);
    expect(got).toBe(wanted.join(''));
  });

  await test.step('what is not there is refused, what is no TCP too', async () => {
    const url = new URL(isle.url(''));
    expect(await tryInGuest(page, `busybox nc -w 60 ${url.hostname} 1`)).toMatch(/no route|refused/i);
    expect(await tryInGuest(page, 'busybox wget -O- http://nowhere.test/')).toMatch(/no route|refused/i);
    expect(await tryInGuest(page, 'busybox nslookup isle.test 192.0.2.1')).toMatch(
      /refused|can't|no servers|status 1/i,
    );
  });

  await test.step('a relay that is lost breaks off what was open, and the dialog says so', async () => {
    const failing = tryInGuest(page, `busybox wget -O /dev/null ${isle.url('endless')}`);
    await openDialog(page);
    await expect(dialog.getByText('1 connection')).toBeVisible();
    await relay.stop();
    expect(await failing).toMatch(/reset[^]*status 1/i);
    await expect(dialog.getByText('Network: failed')).toBeVisible();
    await expect(dialog.getByText(/has ended: it broke off/)).toBeVisible();
    expect(await tryInGuest(page, `busybox wget -O- ${isle.url('noise/10/1')}`)).toMatch(/no route[^]*status 1/i);
  });

  await test.step('once it is back, the next connection goes through it', async () => {
    await relay.start();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect(dialog.getByText('Network on')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const fetched = await runInGuest(page, 'busybox wget -q -O- "$1" | sha256sum', [isle.url('noise/5000/3')]);
    expect(fetched).toContain(hashOfNoise(5000, 3));
  });

  await test.step('it is on after the machine was suspended, and is turned off from another tab', async () => {
    await suspend(page);
    await expect(page.locator('.network-badge')).toHaveCount(0);
    await resume(page);
    await expect(inBar(page, 'Network on')).toBeVisible();
    const tab = await openTab(page);
    await expect(inBar(tab, 'Network on')).toBeVisible();
    const report = await tab.evaluate(async () => {
      const [machine] = window.portolan.machines();
      await machine?.setRelay(undefined);
      return machine?.network();
    });
    expect(report).toMatchObject({ relay: undefined, state: { name: 'off' } });
    for (const each of [page, tab]) await expect(each.locator('.network-badge')).toHaveCount(0);
    await expectNoWay();
  });

  await relay.stop();
  await isle.close();
});
