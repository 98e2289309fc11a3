// The type of window.portolan.
import '../../src/app/window.ts';
import type { Page } from '@playwright/test';
import { appUrl, machineId, relayIsReady, runInGuest } from './harness/guest-web.ts';
import { bootFromShelf } from './harness/machine.ts';
import { installDialog, openInstallDialog, runtimeIn } from './harness/runtimes.ts';
import { keepFromShelf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

/** Milliseconds: an emulated machine installs tens of megabytes, and starts Node.js. */
const LONG = 400_000;
const NODE = `exec node -e 'require("node:http").createServer((_, answer) => {
  answer.setHeader("Content-Type", "text/html");
  answer.end("<!doctype html><link rel=icon href=data:,><h1>Node.js " + process.version + "</h1>");
}).listen(process.env.PORT)'`;
const PYTHON = `mkdir -p /srv/isle
echo "<!doctype html><link rel=icon href=data:,><h1>Served by Python</h1>" > /srv/isle/index.html
exec python3 -m http.server --directory /srv/isle "$PORT"`;

/** Chooses a runtime that is on this device, and waits for what is proposed. */
async function choose(page: Page, title: string, proposed: string): Promise<void> {
  await openInstallDialog(page);
  const dialog = installDialog(page);
  await dialog.getByRole('button', { name: `Install ${title}`, exact: true }).click();
  await expect(dialog.getByText(proposed, { exact: true }).first()).toBeVisible({ timeout: LONG });
}

async function install(page: Page, done: string): Promise<void> {
  const dialog = installDialog(page);
  await dialog.getByRole('button', { name: 'Install', exact: true }).click();
  await expect(dialog.getByText(done)).toBeVisible({ timeout: LONG });
  await dialog.getByRole('button', { name: 'Close' }).click();
}

function addService(page: Page, name: string, port: number, run: string): Promise<void> {
  const definition = { name, run, ports: [port], description: '', environment: { PORT: String(port) } };
  return page.evaluate(async (service) => window.portolan.machines()[0]?.services.add(service), definition);
}

/** What a server in the machine answers; undefined while nobody does: servers take their time to start. */
function statusOf(page: Page, port: number): Promise<number | undefined> {
  return page.evaluate(async (at) => {
    try {
      const answer = await window.portolan.machines()[0]?.fetch(at, '/');
      await answer?.body?.cancel();
      return answer?.status;
    } catch {
      return undefined;
    }
  }, port);
}

/** dpkg, and apt where there is one, find nothing amiss. */
async function expectInOrder(page: Page): Promise<void> {
  expect(await runInGuest(page, 'dpkg --audit; apt-get check -qq')).toBe('');
}

test('runtimes are installed one after the other with every server gone, serve side by side, and go without harm to the others', async ({
  page,
  site,
  context,
  problems,
}) => {
  test.setTimeout(1_800_000);
  // The pages of nginx, Apache and Next.js have no icon.
  problems.expect(/favicon\.ico|wants port/);
  await page.goto(site.url);
  await keepFromShelf(page, 'Debian base');
  await bootFromShelf(page, 'Debian base');
  const machine = await machineId(page);
  const app = await context.newPage();
  const expectPage = async (port: number, heading: string): Promise<void> => {
    await expect.poll(() => statusOf(page, port), { timeout: LONG }).toBe(200);
    await app.goto(appUrl(site, machine, port), { timeout: LONG });
    await expect(app.getByRole('heading', { name: heading })).toBeVisible({ timeout: LONG });
  };
  const dialog = installDialog(page);

  await test.step('they are kept, and then there is no server any more', async () => {
    await openInstallDialog(page);
    for (const title of ['nginx', 'Node.js 18', 'Python 3.11', 'Next.js 15', 'Apache']) {
      await dialog.getByRole('button', { name: `Keep offline: ${title}`, exact: true }).click();
      await expect(runtimeIn(dialog, title)).toContainText('Works offline');
    }
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await relayIsReady(page, site);
    await site.stop();
    await context.setOffline(true);
  });

  await test.step('nginx: its page opens', async () => {
    await choose(page, 'nginx', 'nginx-light');
    await install(page, 'are installed.');
    await expectPage(80, 'Welcome to nginx!');
  });

  await test.step('Node.js: a server of it answers', async () => {
    await choose(page, 'Node.js 18', 'nodejs');
    await install(page, 'are installed.');
    await addService(page, 'greeter', 8001, NODE);
    await expectPage(8001, 'Node.js v18.');
  });

  await test.step('Python: its server answers', async () => {
    await choose(page, 'Python 3.11', 'python3-venv');
    await install(page, 'are installed.');
    await addService(page, 'isle', 8002, PYTHON);
    await expectPage(8002, 'Served by Python');
  });

  await test.step('Next.js: its app is rendered in the machine, and comes to life in the page', async () => {
    // Its packages are those of Node.js: what it brings beside them is not there yet.
    await choose(page, 'Next.js 15', 'The machine has its packages already.');
    await install(page, 'Next.js 15 is installed.');
    await expectPage(3000, 'Next.js runs in this machine');
    await expect(app.getByText('Node.js v18.')).toBeVisible();
    const first = await app.locator('time').getAttribute('datetime');
    await app.reload({ timeout: LONG });
    await expect(app.locator('time')).not.toHaveAttribute('datetime', first ?? '');
    const button = app.getByRole('button', { name: 'Pressed' });
    await expect
      .poll(async () => {
        await button.click();
        return button.textContent();
      })
      .toMatch(/Pressed [1-9]/);
    await app.getByRole('link', { name: 'The time as JSON' }).click();
    await expect(app.getByText('{"time":"')).toBeVisible({ timeout: LONG });
    await expectInOrder(page);
  });

  await test.step('nginx goes: the others serve as before', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('button', { name: 'Remove packages…' }).click();
    const removal = page.getByRole('dialog', { name: 'Packages that you have installed into Debian base' });
    await removal.getByRole('button', { name: 'Remove nginx-light' }).click();
    await expect(removal.getByText('The service nginx stops and goes, too.')).toBeVisible({ timeout: LONG });
    await removal.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(removal.getByText('are removed.')).toBeVisible({ timeout: LONG });
    await removal.getByRole('button', { name: 'Close' }).click();
    await expectInOrder(page);
    await expectPage(8001, 'Node.js v18.');
    await expectPage(8002, 'Served by Python');
    await expectPage(3000, 'Next.js runs in this machine');
    const services = await page.evaluate(() => window.portolan.machines()[0]?.services.list());
    expect(services?.map(({ name }) => name)).not.toContain('nginx');
    const ports = await page.evaluate(() => window.portolan.machines()[0]?.listeningPorts());
    expect(ports?.map(({ port }) => port)).not.toContain(80);
  });

  /** Both serve what is in /var/www/html: which of them answers is in its headers. */
  const serverAt = (port: number): Promise<string> =>
    page.evaluate(async (at) => {
      const answer = await window.portolan.machines()[0]?.fetch(at, '/both.html');
      return `${answer?.headers.get('server')}: ${await answer?.text()}`;
    }, port);

  await test.step('nginx comes back, and Apache finds its port taken: it comes without its service', async () => {
    await choose(page, 'nginx', 'nginx-light');
    await install(page, 'are installed.');
    await expectPage(80, 'Welcome to nginx!');
    await choose(page, 'Apache', 'apache2');
    await expect(dialog.getByLabel('Port 80 belongs to the service nginx. Port for apache2')).toHaveValue('8080');
    await dialog.getByRole('checkbox', { name: 'Add the service apache2' }).uncheck();
    await expect(dialog.getByLabel('Port for apache2')).toHaveCount(0);
    await install(page, 'are installed.');
    expect(await runInGuest(page, 'pgrep -cx apache2 || true; ls /etc/sv | grep -c apache2 || true')).toBe('0\n0\n');
    await runInGuest(page, 'echo "<!doctype html><h1>A page of both</h1>" > /var/www/html/both.html');
    expect(await serverAt(80)).toMatch(/^nginx.*A page of both/s);
  });

  await test.step('its service comes later, at another port: both answer', async () => {
    await choose(page, 'Apache', 'The machine has its packages already.');
    const port = dialog.getByLabel('Port 80 belongs to the service nginx. Port for apache2');
    await port.fill('80');
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText(
      'The service apache2 wants port 80, which the service nginx has',
    );
    await port.fill('8090');
    await expect(dialog.getByRole('alert')).toHaveCount(0);
    await install(page, 'Apache is installed.');
    await expect.poll(() => serverAt(8090).catch(String), { timeout: LONG }).toMatch(/^Apache.*A page of both/s);
    expect(await serverAt(80)).toMatch(/^nginx.*A page of both/s);
    await app.goto(appUrl(site, machine, 8090, '/both.html'));
    await expect(app.getByRole('heading', { name: 'A page of both' })).toBeVisible();
    await expectInOrder(page);
  });
});
