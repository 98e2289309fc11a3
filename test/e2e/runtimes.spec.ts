import { expectAccessible, TWO_LOOKS } from './harness/accessible.ts';
import { appUrl, machineId, relayIsReady, runInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { openInstallDialog, runtimeIn } from './harness/runtimes.ts';
import { cardOf, goTo, keepFromShelf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

test('a runtime that is kept is installed with every server gone, and serves its page', async ({
  page,
  site,
  context,
  problems,
}) => {
  // The page of nginx has no icon.
  problems.expect(/favicon\.ico|container\/is-runtime|wants port/);
  await page.goto(site.url);
  await keepFromShelf(page, 'Debian base');
  await expect(cardOf(page, 'nginx')).toHaveCount(0);
  await bootFromShelf(page, 'Debian base');
  const machine = await machineId(page);
  const dialog = await openInstallDialog(page);
  const nginx = runtimeIn(dialog, 'nginx');

  await test.step('runtimes tell what they cost, and are kept as containers are', async () => {
    await expect(nginx).toContainText('Not on this device');
    await expect(nginx.getByRole('button', { name: 'Download and install nginx' })).toBeVisible();
    await expectAccessible(page, 'runtimes', TWO_LOOKS);
    await nginx.getByRole('button', { name: 'Keep offline: nginx' }).click();
    await expect(nginx).toContainText('Works offline');
  });

  await relayIsReady(page, site);
  await site.stop();
  await context.setOffline(true);

  await test.step('its packages are installed; its service replaces one of its name, at a port that nobody has', async () => {
    await page.evaluate(async () => {
      const service = { description: '', run: 'exec sleep 10000', environment: {} };
      const { services } = window.portolan.machines()[0] ?? {};
      await services?.add({ ...service, name: 'harbour', ports: [80] });
      await services?.add({ ...service, name: 'nginx', ports: [81] });
    });
    await nginx.getByRole('button', { name: 'Install nginx' }).click();
    await expect(dialog.getByRole('heading', { name: 'nginx-light', exact: true })).toBeVisible();
    await expect(dialog.getByText('needed by the others').first()).toBeVisible();
    const port = dialog.getByLabel('Port 80 belongs to the service harbour. Port for nginx');
    await expect(port).toHaveValue('8080');
    await expectAccessible(page, 'services of a runtime', TWO_LOOKS);
    await port.fill('80');
    const install = dialog.getByRole('button', { name: 'Install', exact: true });
    await install.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('The service nginx wants port 80');
    // Whoever works with keys goes on where they were.
    await expect(install).toBeFocused();
    await port.fill('');
    await expect(dialog.getByRole('alert')).toHaveCount(0);
    await install.click();
    await expect(dialog.getByRole('alert')).toContainText('its ports have to be whole numbers from 1 to 65535');
    const replace = dialog.getByRole('checkbox', { name: 'Replace the service nginx that is there' });
    await replace.uncheck();
    await expect(dialog.getByRole('alert').or(port)).toHaveCount(0);
    await replace.check();
    await port.fill('8088');
    await install.click();
    await expect(dialog.getByText('are installed.')).toBeVisible({ timeout: 200_000 });
    await dialog.getByRole('button', { name: 'Close' }).click();
    // dpkg is told to leave out documentation on these machines.
    // The port that was chosen stands in the site’s configuration.
    const passed = ' /usr/share/(doc|man)/| c /etc/nginx/sites-available/default$';
    const state = `dpkg --audit; dpkg -V nginx-light nginx nginx-common | grep -Ev "${passed}" || true`;
    expect(await runInGuest(page, state)).toBe('');
  });

  await test.step('its service runs, and its page opens', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('button', { name: 'Services…' }).click();
    const services = page.getByRole('dialog', { name: 'Services of this machine' });
    await expect(services.getByRole('link', { name: 'Open port 8088' })).toBeVisible();
    await expect(services.getByText('does not answer yet')).toHaveCount(0);
    await services.getByRole('button', { name: 'Close' }).click();
    const app = await context.newPage();
    await app.goto(appUrl(site, machine, 8088));
    await expect(app.getByRole('heading', { name: 'Welcome to nginx!' })).toBeVisible();
    await app.close();
  });

  await test.step('it can go with all that has come with it', async () => {
    const leaving = await page.evaluate(async () => {
      const [own] = window.portolan.machines();
      if (!own) throw new Error('there is no machine');
      const names = (await window.portolan.userPackages(own)).map(({ name }) => name);
      const removal = await window.portolan.proposeRemoval(own, names);
      if (removal.kind === 'impossible') throw new Error(removal.text);
      const unneeded = removal.packages.filter(({ why }) => why === 'unneeded').map(({ name }) => name);
      return { names, unneeded, services: removal.services };
    });
    expect(leaving).toMatchObject({ names: ['nginx-light'], services: ['nginx'] });
    expect(leaving.unneeded).toEqual(expect.arrayContaining(['nginx-common']));
  });

  await test.step('what the machine has is not installed again, and what is not here cannot be had', async () => {
    await openInstallDialog(page);
    await nginx.getByRole('button', { name: 'Install nginx' }).click();
    await expect(dialog.getByText('The machine has all of it already.')).toBeVisible();
  });

  await test.step('but its service can take the place of the one that is there, also later', async () => {
    const install = dialog.getByRole('button', { name: 'Install', exact: true });
    await expect(install).toBeDisabled();
    await dialog.getByRole('checkbox', { name: 'Replace the service nginx that is there' }).check();
    await dialog.getByLabel('Port 80 belongs to the service harbour. Port for nginx').fill('8090');
    await install.click();
    await expect(dialog.getByText('nginx is installed.')).toBeVisible({ timeout: 200_000 });
    await dialog.getByRole('button', { name: 'Close' }).click();
    const services = await page.evaluate(() => window.portolan.machines()[0]?.services.list());
    expect(services?.find(({ name }) => name === 'nginx')?.ports).toEqual([8090]);
  });

  await test.step('it is among what takes room, and does not boot', async () => {
    await page.getByRole('link', { name: 'Back to the shelf' }).click();
    await goTo(page, 'Storage');
    const runtimes = page.getByRole('region', { name: 'Runtimes' });
    await expect(runtimes.getByRole('button', { name: 'Remove nginx 12.1' })).toBeEnabled();
    const failure = await page.evaluate(async () => {
      const [runtime] = await window.portolan.runtimes();
      return window.portolan.boot(runtime?.entry.manifest.digest ?? '').then(
        () => 'it boots',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
    });
    expect(failure).toBe('container/is-runtime');
  });
});
