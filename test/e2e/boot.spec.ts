// The type of window.portolan.
import '../../src/app/window.ts';
import { expectApp } from './harness/app.ts';
import {
  bootColdFromShelf,
  bootFromShelf,
  expectRunning,
  inPanel,
  keepOffline,
  readableTerminal,
  stateInBar,
  suspend,
  typeAndSee,
} from './harness/machine.ts';
import { waitForControl } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const TITLE = 'Debian base';

test('a visitor boots Debian, and again with the server gone: from its snapshot, and cold, from its disk', async ({
  page,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'uname -a', /Linux portolan 6\.1\.\S+ .* i686 GNU\/Linux/);

  await keepOffline(page, 'base');
  await waitForControl(page);
  await site.stop();
  for (const boot of [bootFromShelf, bootColdFromShelf]) {
    await page.goto(site.url);
    await page.reload();
    await expectApp(page);
    await boot(page, TITLE);
    await typeAndSee(page, 'cat /etc/debian_version', /12\.\d+/);
    const reads = await page.evaluate(() => {
      return window.portolan.machines().find(({ state }) => state.name === 'running')?.reads;
    });
    expect(reads?.device).toBeGreaterThan(1_000_000);
    expect(reads?.network).toBe(0);
    await page.locator('.machine-bar').getByRole('button', { name: 'Kernel log', exact: true }).click();
    await expect(page.locator('.log')).toContainText(/start read [\d.]+ MB from this device, 0 bytes from servers/);
    await page.getByRole('button', { name: 'Close the kernel log' }).click();
    // Something that no earlier boot has read: the whole disk is here, not just what a boot needs.
    await typeAndSee(page, 'md5sum /usr/bin/dpkg-deb', /[0-9a-f]{32} {2}\/usr\/bin\/dpkg-deb/);
  }
});

test('a script boots a machine, runs programs in it and passes files through it', async ({ page, site }) => {
  await page.goto(site.url);
  const result = await page.evaluate(async () => {
    const machine = await window.portolan.boot('base');
    const run = await machine.exec(['sh', '-c', 'cat; echo complaint >&2; echo $GREETING; pwd; exit 7'], {
      stdin: 'input\n',
      env: { GREETING: 'ahoy there' },
      cwd: '/usr',
    });
    await machine.writeFile('notes/today.txt', 'from the page');
    const seen = await machine.exec(['cat', '/host/notes/today.txt']);
    await machine.exec(['sh', '-c', 'echo from the guest > /host/answer.txt']);
    const answer = new TextDecoder().decode(await machine.readFile('answer.txt'));
    const commands = (await machine.processes()).map((process) => process.command);
    return { run, seen: seen.stdout, answer, commands };
  });
  expect(result.run).toEqual({ status: 7, stdout: 'input\nahoy there\n/usr\n', stderr: 'complaint\n' });
  expect(result.seen).toBe('from the page');
  expect(result.answer).toBe('from the guest\n');
  expect(result.commands.join('\n')).toContain('qemu-ga');
});

test('a machine is suspended, the page closed and opened again, and it goes on where it was', async ({
  page,
  site,
}) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'LANDFALL=$((6*7)); cd /var; clear', /root@portolan:\/var#/);
  await suspend(page);
  await page.reload();
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expectRunning(page);
  await typeAndSee(page, 'echo landfall $LANDFALL in $PWD', 'landfall 42 in /var');
  const drift = await page.evaluate(async () => {
    const [machine] = window.portolan.machines();
    const guest = await machine?.exec(['date', '+%s']);
    return Math.abs(Number(guest?.stdout) - Date.now() / 1000);
  });
  expect(drift).toBeLessThan(60);
});

test('reboot in the guest starts it anew on the disk that it left', async ({ page, site }) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await typeAndSee(page, 'echo kept > /root/log; sync; echo $((6*7)) written', '42 written');
  await page.keyboard.type('reboot\n');
  await expect(stateInBar(page, 'Starting')).toBeVisible();
  await expectRunning(page);
  await typeAndSee(page, 'echo found $(cat /root/log); uptime -p', /found kept.*up /s);
});

test('poweroff in the guest stops the machine, and Start boots it again', async ({ page, site }) => {
  await readableTerminal(page);
  await page.goto(site.url);
  await bootFromShelf(page, TITLE);
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('poweroff\n');
  await expect(stateInBar(page, 'Stopped')).toBeVisible();
  await inPanel(page, 'Start').click();
  await expectRunning(page);
  await typeAndSee(page, 'echo up $((40+2))', 'up 42');
});
