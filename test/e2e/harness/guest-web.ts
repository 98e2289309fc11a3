// The type of window.portolan.
import '../../../src/app/window.ts';
import { expect, type Page } from '@playwright/test';

/** Where pages of a machine's servers are. */
export function appUrl(
  { port: sitePort }: { readonly port: number },
  machine: string,
  port: number,
  path = '/',
): string {
  return `http://apps.portolan.localhost:${sitePort}/app/${machine}/${port}${path}`;
}

/** The id of the page's machine. */
export function machineId(page: Page): Promise<string> {
  return page.evaluate(() => {
    const [machine] = window.portolan.machines();
    if (!machine) throw new Error('there is no machine');
    return machine.id;
  });
}

/**
 * Runs a shell script in the page's machine.
 * @param args its `$1` and so on
 * @returns what it writes to its standard output
 * @throws Error with what it says when it fails
 */
export function runInGuest(page: Page, script: string, args: readonly string[] = [], stdin = ''): Promise<string> {
  return page.evaluate(
    async ({ argv, input }) => {
      const [machine] = window.portolan.machines();
      if (!machine) throw new Error('there is no machine');
      const { status, stdout, stderr } = await machine.exec(argv, { stdin: input });
      if (status !== 0) throw new Error(`the script ended with status ${status}: ${stderr}`);
      return stdout;
    },
    { argv: ['sh', '-euc', script, '-', ...args], input: stdin },
  );
}

/** Writes files into a folder of the page's machine. */
export async function writeInGuest(page: Page, folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await runInGuest(page, 'mkdir -p "$1"; cat > "$1/$2"', [folder, name], text);
  }
}

/** Bytes that the guest's file system has in all. */
export async function bytesInGuest(page: Page): Promise<number> {
  return 1024 * Number(await runInGuest(page, "df -Pk / | awk 'NR == 2 { print $2 }'"));
}

/** Waits until the service worker of apps is there: the shell installs it behind its own. */
export async function relayIsReady(page: Page, { port }: { readonly port: number }): Promise<void> {
  const origin = `http://apps.portolan.localhost:${port}`;
  await expect
    .poll(() => {
      const workers = page.context().serviceWorkers();
      return workers.some((worker) => worker.url().startsWith(origin));
    })
    .toBe(true);
  const frame = page.frames().find((each) => each.url().startsWith(origin));
  await frame?.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}
