import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import * as v from 'valibot';

const ProcessInfo = v.object({ processInfo: v.array(v.object({ id: v.number(), type: v.string() })) });

/** Ends the page's renderer as a crash does: no handler of the page runs any more. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  // It is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Process ids of the browser's renderers; the page's is the largest by far. */
export async function renderers(page: Page): Promise<number[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = v.parse(ProcessInfo, await session.send('SystemInfo.getProcessInfo'));
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Kills the process of a page that runs a machine. Returns when it did, in milliseconds since the epoch. */
export async function killRenderer(page: Page): Promise<number> {
  const rated = await Promise.all((await renderers(page)).map(async (id) => ({ id, pages: await residentPages(id) })));
  const largest = rated.toSorted((a, b) => b.pages - a.pages)[0];
  if (!largest) throw new Error('the page has no process');
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const at = Date.now();
  process.kill(largest.id, 'SIGKILL');
  await crashed;
  return at;
}

/** Second field of /proc/pid/statm (proc(5)). */
async function residentPages(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(text.split(' ')[1] ?? 0);
}

/** Keeps the page from answering anybody until it is closed, as an endless loop does; its worker goes on, and its locks stay. */
export async function hang(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Debugger.enable');
  const stands = new Promise((resolve) => session.once('Debugger.paused', resolve));
  await session.send('Debugger.pause');
  // It is never answered: its first statement is where the page stops.
  session.send('Runtime.evaluate', { expression: '0' }).catch(() => undefined);
  await stands;
}
