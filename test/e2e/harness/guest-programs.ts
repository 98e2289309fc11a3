import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { transformWithOxc } from 'vite';
import { appUrl, machineId } from './guest-web.ts';
import { bootFromShelf } from './machine.ts';
import type { Site } from './site.ts';
import { runInGuest, writeInGuest } from './guest-web.ts';

/** Where the programs are kept that tests run in the guest, under Node.js: its container is `web`. */
const SOURCES = 'test/e2e/guest';
/** Where they lie in the guest: in its memory. */
const FOLDER = '/run/programs';

/** Arguments: folder, program, port. Node.js takes its time to start under emulation, and needs it for itself. */
const START = `cd "$1"
setsid node "$2.mjs" "$3" > "$2.log" 2>&1 < /dev/null &
for i in $(seq 400); do
  [ ! -s "$2.log" ] || break
  sleep 1
done
cat "$2.log"`;

/**
 * Starts one of `test/e2e/guest` in the page's machine, and waits until it listens.
 * @param name without `.ts`
 * @param port what it is to listen on, its first argument
 */
export async function startProgram(page: Page, name: string, port: number): Promise<void> {
  await writeInGuest(page, FOLDER, await guestPrograms());
  const said = await runInGuest(page, START, [FOLDER, name, String(port)]);
  if (said !== 'listening\n') throw new Error(`${name} does not listen: ${said}`);
}

/**
 * Boots the container for the web, starts a program in it, and opens that in a tab of its own.
 * @returns the tab, and where it is
 */
export async function openProgram(
  page: Page,
  site: Site,
  name: string,
  port: number,
): Promise<{ app: Page; root: string }> {
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian for the web');
  await startProgram(page, name, port);
  const root = appUrl(site, await machineId(page), port);
  const app = await page.context().newPage();
  await app.goto(root);
  return { app, root };
}

/** All of them, as Node.js 18 runs them: texts by file name. */
async function guestPrograms(): Promise<Record<string, string>> {
  const names = await readdir(SOURCES);
  const files = names.map(async (name) => [asModule(name), await asJavaScript(name)] as const);
  return Object.fromEntries(await Promise.all(files));
}

async function asJavaScript(name: string): Promise<string> {
  const { code } = await transformWithOxc(await readFile(join(SOURCES, name), 'utf8'), name, { target: 'es2022' });
  return code.replaceAll(/["']\.\/[\w-]+\.ts["']/g, asModule);
}

function asModule(path: string): string {
  return path.replace('.ts', '.mjs');
}
