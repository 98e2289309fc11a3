import type { Page } from '@playwright/test';
import { openProgram, startProgram } from './harness/guest-programs.ts';
import { stopServiceWorker } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const PORT = 3000;
const SOCKET_PORT = 9000;

test('requests end as they should when the service worker, the machine or its tab goes away', async ({
  page,
  site,
  problems,
}) => {
  // Node.js takes its time to start under emulation.
  test.slow();
  problems.expect(/status of 50[34]|ERR_FAILED|net::ERR|favicon/);
  const { app, root } = await openProgram(page, site, 'app-server', PORT);

  await test.step('the service worker ends between requests: the next is answered', async () => {
    await stopServiceWorker(app);
    expect(await statusOf(app, 'seen')).toBe(200);
    await stopServiceWorker(app);
    await app.goto(`${root}arrived`);
    await expect(app.getByText('"method":"GET"')).toBeVisible();
  });

  await test.step('it ends during requests: they end, here and in the guest, and the next is answered', async () => {
    await beginWaiting(app);
    await stopServiceWorker(app);
    expect(await waitingEnds(app)).toMatchObject({ stream: expect.stringMatching(/end|failed/) });
    // Chromium asks the next service worker once more for what nobody has answered; nothing of either is left.
    await expect.poll(() => leftInGuest(app)).toBe(0);
  });

  await test.step('the machine goes back to a checkpoint during requests: they end, and the next waits until it is there', async () => {
    const checkpoint = await page.evaluate(async () => (await window.portolan.machines()[0]?.checkpoint('before'))?.id);
    await beginWaiting(app);
    const back = page.evaluate((id) => window.portolan.machines()[0]?.restore(id ?? ''), checkpoint);
    expect(await waitingEnds(app)).toMatchObject({ stream: 'failed', unanswered: expect.stringMatching(/^503 /) });
    expect(await statusOf(app, 'seen')).toBe(200);
    await back;
    expect(await statusOf(app, 'seen')).toBe(200);
  });

  await test.step('the machine is suspended during requests: they end, and it says that it sleeps', async () => {
    await beginWaiting(app);
    await page.evaluate(() => window.portolan.machines()[0]?.suspend());
    expect(await waitingEnds(app)).toEqual({ stream: 'failed', unanswered: '503 app/asleep' });
    await app.goto(root);
    await expect(app.getByRole('heading', { name: 'does not run in any tab' })).toBeVisible();
    await page.evaluate(() => window.portolan.machines()[0]?.resume());
    await expect(app.getByRole('heading', { name: 'Home' })).toBeVisible();
  });

  await test.step('the tab of the machine is closed during requests: they end, and it says so', async () => {
    await startProgram(page, 'websocket', SOCKET_PORT);
    await beginSocket(app);
    await beginWaiting(app);
    await page.close();
    expect(await waitingEnds(app)).toEqual({ stream: 'failed', unanswered: '503 app/asleep' });
    expect(await app.evaluate(() => window.socketEnd)).toEqual(['error', 'close 1006']);
    expect(await statusOf(app, 'seen')).toBe(503);
    await app.goto(root);
    await expect(app.getByRole('heading', { name: 'does not run in any tab' })).toBeVisible();
  });
});

declare global {
  interface Window {
    /** Requests under way: how each ends, in a word. */
    waiting: Promise<{ stream: string; unanswered: string }>;
    /** What a WebSocket says of its end. */
    socketEnd: Promise<readonly string[]>;
  }
}

/** Begins two requests that the server leaves without an end: one with a part of its answer, the other with nothing. */
async function beginWaiting(app: Page): Promise<void> {
  await app.evaluate(async () => {
    const before = ((await (await fetch('seen')).json()) as { begun: number }).begun;
    const reader = (await fetch('endless')).body!.getReader();
    await reader.read();
    const drain = async (): Promise<string> => {
      for (;;) if ((await reader.read()).done) return 'end';
    };
    const answer = async (): Promise<string> => {
      const response = await fetch('silent');
      const body = (await response.json()) as { error: { code: string } };
      return `${response.status} ${body.error.code}`;
    };
    const stream = drain().catch(() => 'failed');
    const unanswered = answer().catch(() => 'failed');
    window.waiting = Promise.all([stream, unanswered]).then((ends) => ({ stream: ends[0], unanswered: ends[1] }));
    for (let begun = before; begun < before + 2; await new Promise((resolve) => setTimeout(resolve, 100))) {
      begun = ((await (await fetch('seen')).json()) as { begun: number }).begun;
    }
  });
}

/** Opens a WebSocket, and has what is sent come back. */
async function beginSocket(app: Page): Promise<void> {
  const echoed = await app.evaluate(async (url) => {
    const socket = new WebSocket(url);
    const told: string[] = [];
    socket.addEventListener('error', () => void told.push('error'));
    window.socketEnd = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve([...told, `close ${code}`]));
    });
    return new Promise((resolve) => {
      socket.addEventListener('open', () => socket.send('aye'));
      socket.addEventListener('message', ({ data }) => resolve(data));
    });
  }, `ws://localhost:${SOCKET_PORT}/echo`);
  expect(echoed).toBe('aye');
}

function waitingEnds(app: Page): Promise<{ stream: string; unanswered: string }> {
  return app.evaluate(() => window.waiting);
}

function statusOf(app: Page, path: string): Promise<number> {
  return app.evaluate(async (url) => (await fetch(url)).status, path);
}

/** Answers without an end whose connections are still there. */
function leftInGuest(app: Page): Promise<number> {
  return app.evaluate(async () => {
    const seen: { begun: number; closed: number } = await (await fetch('seen')).json();
    return seen.begun - seen.closed;
  });
}
