import { appUrl, machineId } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

const PORT = 3000;

test('the runtime of Next.js brings an app that its server renders, and the page comes to life in the browser', async ({
  page,
  site,
  context,
}) => {
  test.setTimeout(900_000);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const machine = await machineId(page);
  const dialog = page.getByRole('dialog', { name: 'Install packages into Debian base' });
  const install = async (runtime: string, first: string, done: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('button', { name: 'Install packages…' }).click();
    await dialog.getByRole('button', { name: `Download and install ${runtime}` }).click();
    await expect(dialog.getByText(first, { exact: true })).toBeVisible({ timeout: 120_000 });
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await expect(dialog.getByText(done)).toBeVisible({ timeout: 400_000 });
    await dialog.getByRole('button', { name: 'Close' }).click();
  };
  await install('Node.js 18', 'nodejs', 'are installed.');
  // Its packages are the same: what it brings beside them is not there yet.
  await install('Next.js 15', 'The machine has its packages already.', 'Next.js 15 is installed.');

  const answers = () =>
    page.evaluate(async () => {
      const services = window.portolan.machines()[0]?.services;
      const [service] = (await services?.list())?.filter(({ ports }) => ports.includes(3000)) ?? [];
      return service !== undefined && (await services?.answers(service));
    });
  await expect.poll(answers, { timeout: 200_000 }).toBe(true);

  const app = await context.newPage();
  await app.goto(appUrl(site, machine, PORT), { timeout: 120_000 });
  await expect(app.getByRole('heading', { name: 'Next.js runs in this machine' })).toBeVisible({ timeout: 120_000 });
  const first = await app.locator('time').getAttribute('datetime');
  await app.reload({ timeout: 120_000 });
  await expect(app.locator('time')).not.toHaveAttribute('datetime', first ?? '');
  await expect(app.getByText('Node.js v18.')).toBeVisible();
  await app.getByRole('link', { name: 'The time as JSON' }).click();
  await expect(app.getByText('{"time":"')).toBeVisible({ timeout: 120_000 });
});
