// The type of window.portolan.
import '../../src/app/window.ts';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { appUrl, machineId, runInGuest } from './harness/guest-web.ts';
import { bootFromShelf, expectRunning } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'Services…' }).click();
  return page.getByRole('dialog', { name: 'Services of this machine' });
}

function addPages(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const run = `echo "greets $GREETING"
echo "<!doctype html><title>Isle</title><link rel=icon href=data:,><h1>$GREETING</h1>" > /srv/index.html
exec busybox httpd -f -p "$PORT" -h /srv`;
    await window.portolan.machines()[0]?.services.add({
      name: 'pages',
      description: 'Pages of the isle',
      run,
      ports: [8000],
      environment: { PORT: '8000', GREETING: 'Sark' },
      health: { port: 8000, path: '/' },
    });
  });
}

test('a service runs, comes back when it is killed, is looked after in a dialog, and starts with the machine', async ({
  page,
  site,
  context,
  problems,
}) => {
  test.setTimeout(480_000);
  problems.expect(/machine\/not-running|is suspended/);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const machine = await machineId(page);
  const dialog = await openDialog(page);
  await expect(dialog.getByText('There is none yet.')).toBeVisible();
  await addPages(page);
  const row = dialog.getByRole('listitem').filter({ hasText: 'pages' });
  const log = dialog.getByRole('log', { name: 'Log of pages' });

  await test.step('its log is followed, and its pages are a click away', async () => {
    await expect(row.getByText('Running', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: 'Log of pages' }).click();
    await expect(log).toContainText('greets Sark');
    const opened = context.waitForEvent('page');
    await row.getByRole('link', { name: 'Open port 8000' }).click();
    const app = await opened;
    await expect(app.getByRole('heading', { name: 'Sark' })).toBeVisible();
    expect(app.url()).toBe(appUrl(site, machine, 8000));
    await app.close();
    await expectAccessible(page, 'services with a log', TWO_LOOKS);
  });

  await test.step('it can be looked after from another tab', async () => {
    const other = await context.newPage();
    await other.goto(site.url);
    const answering = () =>
      other.evaluate(async () => {
        const { services } = window.portolan.machines()[0] ?? {};
        const [service] = (await services?.list())?.filter(({ name }) => name === 'pages') ?? [];
        return service && (await services?.answers(service)) ? service.state.name : 'silent';
      });
    await expect.poll(answering).toBe('running');
    await other.close();
  });

  await test.step('killed, it comes back, and the dialog says how it ended', async () => {
    await runInGuest(page, 'kill -KILL "$(cat /etc/service/pages/supervise/pid)"');
    await expect(row.getByText(/ended once by itself, .* by signal 9/)).toBeVisible();
    await expect(row.getByText('Running', { exact: true })).toBeVisible();
    await expect(log).toContainText(/greets Sark\n.*greets Sark/);
  });

  await test.step('its environment is changed: what cannot be is told, what can be holds at once', async () => {
    await row.getByRole('button', { name: 'Environment of pages' }).click();
    const field = row.getByRole('textbox');
    await expect(field).toHaveValue(/GREETING=Sark\nPORT=8000/);
    await field.fill('PORT 8001');
    await row.getByRole('button', { name: 'Save and restart' }).click();
    await expect(row.getByRole('alert')).toContainText('“PORT 8001” is not of the form NAME=value');
    await expectAccessible(page, 'the environment of a service', TWO_LOOKS);
    await field.fill('PORT=8001\nGREETING=Herm');
    await row.getByRole('button', { name: 'Save and restart' }).click();
    await expect(row.getByRole('link', { name: 'Open port 8001' })).toBeVisible();
    await row.getByRole('button', { name: 'Log of pages' }).click();
    await expect(log).toContainText('greets Herm');
  });

  await test.step('a machine that boots starts it; stopped, it stays stopped', async () => {
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.evaluate(() => window.portolan.machines()[0]?.restart({ from: 'disk' }));
    await expectRunning(page);
    await openDialog(page);
    await expect(row.getByText('Running', { exact: true })).toBeVisible();
    await expect.poll(() => runInGuest(page, 'cat /srv/index.html')).toContain('<h1>Herm</h1>');
    await row.getByRole('button', { name: 'Stop pages' }).click();
    await expect(row.getByText('Stopped', { exact: true })).toBeVisible();
    await expect(row.getByRole('button', { name: 'Start pages' })).toBeFocused();
    expect(await runInGuest(page, 'ls /etc/sv/pages/down; pgrep -fc "[h]ttpd -f" || true')).toBe(
      '/etc/sv/pages/down\n0\n',
    );
  });

  await test.step('removed, it has left nothing', async () => {
    await page.evaluate(() => window.portolan.machines()[0]?.services.remove('pages'));
    await expect(dialog.getByText('There is none yet.')).toBeVisible();
    expect(await runInGuest(page, 'ls -d /etc/sv/pages /etc/service/pages /var/log/runit/pages 2>&1 | wc -l')).toBe(
      '3\n',
    );
  });

  await test.step('a machine that does not run says so', async () => {
    await page.evaluate(() => window.portolan.machines()[0]?.suspend());
    await expect(dialog.getByRole('alert')).toContainText('suspended');
  });
});
