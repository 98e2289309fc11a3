import type { ErrorCode, ErrorData } from '#domain/errors/index.ts';
import type { Page } from '@playwright/test';
import type { Fault } from '../support/faults.ts';
import { diskOf } from '../support/tiny-container.ts';
import { expectTold } from './harness/notes.ts';
import { pathOf, type Offer, type Publisher } from './harness/publisher.ts';
import { waitForControl } from './harness/service-worker.ts';
import { addSources, cardOf } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

interface Case {
  /** Names the container, too. */
  readonly name: string;
  /** How the server fails when the disk is asked for; `gone`: nobody listens any more. */
  readonly fault: Fault | 'gone';
  readonly code: ErrorCode;
  /** What the text needs beside the address; undefined where only the browser knows it. */
  readonly data?: ErrorData | ((offer: Offer) => ErrorData);
}

const FAR = new Date(Date.now() + 3_600_000).toUTCString();

const CASES: readonly Case[] = [
  // Two downloads are under way at a time: these wait side by side.
  { name: 'Silent', fault: { kind: 'stalled' }, code: 'source/stalled', data: { seconds: 15 } },
  { name: 'Falls silent', fault: { kind: 'stalled', after: 1000 }, code: 'source/stalled', data: { seconds: 15 } },
  {
    name: 'Wrong byte',
    fault: { kind: 'wrong-byte' },
    code: 'chunk/digest-mismatch',
    data: ({ entry }) => ({ what: `“${entry.title}”` }),
  },
  {
    name: 'Short body',
    fault: { kind: 'short-body', lacking: 5 },
    code: 'source/short-body',
    data: ({ container }) => ({ got: container.disk.blob.size - 5, expected: container.disk.blob.size }),
  },
  {
    name: 'Range ignored',
    fault: { kind: 'range-ignored' },
    code: 'source/range-ignored',
    data: { detail: 'status 200 in answer to a Range request' },
  },
  {
    name: 'Another range',
    fault: { kind: 'another-range' },
    code: 'source/range-ignored',
    data: ({ container: { disk } }) => ({
      detail: `it sent “bytes 1-${disk.blob.size - 1}/${disk.blob.size}”`,
    }),
  },
  { name: 'Encoded', fault: { kind: 'encoded' }, code: 'source/wrong-encoding', data: { encoding: 'gzip' } },
  { name: 'Redirects', fault: { kind: 'redirect-loop' }, code: 'source/redirected-endlessly', data: {} },
  { name: 'Broken off', fault: { kind: 'dropped', after: 1000 }, code: 'source/unreachable' },
  { name: 'Gone', fault: 'gone', code: 'source/unreachable' },
  { name: 'Password', fault: { kind: 'status', status: 401 }, code: 'source/access-denied', data: { status: 401 } },
  { name: 'Forbidden', fault: { kind: 'status', status: 403 }, code: 'source/access-denied', data: { status: 403 } },
  { name: 'Missing', fault: { kind: 'status', status: 404 }, code: 'source/not-found', data: { status: 404 } },
  {
    name: 'Asked too often',
    fault: { kind: 'status', status: 429, retryAfter: '120' },
    code: 'source/too-many-requests',
    data: { seconds: 120 },
  },
  {
    name: 'Closed for an hour',
    fault: { kind: 'status', status: 429, retryAfter: FAR },
    code: 'source/too-many-requests',
  },
  { name: 'Own fault', fault: { kind: 'status', status: 500 }, code: 'source/server-error', data: { status: 500 } },
  { name: 'Overloaded', fault: { kind: 'status', status: 503 }, code: 'source/server-error', data: { status: 503 } },
  {
    name: 'For its own pages',
    fault: { kind: 'no-cors' },
    code: 'source/blocked',
    data: { detail: 'the server allows no other origins.' },
  },
];

interface Setup {
  readonly each: Case;
  readonly publisher: Publisher;
  readonly offer: Offer;
}

async function publish(each: Case, index: number, publisher: Publisher): Promise<Setup> {
  const content = { disk: diskOf([100 + index]), trace: [0] };
  const offer = await publisher.offer({ id: `fault-${index}`, title: each.name }, content);
  return { each, publisher, offer };
}

async function spoil({ each, publisher, offer }: Setup): Promise<void> {
  if (each.fault === 'gone') await publisher.server.stop();
  else publisher.server.inject({ path: pathOf(offer.container.disk.blob), fault: each.fault });
}

async function repair({ publisher }: Setup): Promise<void> {
  publisher.server.heal();
  await publisher.server.start();
}

async function expectItsText(page: Page, { each, publisher, offer }: Setup): Promise<void> {
  // Of a server that is gone, the manifest is missed first.
  const missed = each.fault === 'gone' ? offer.entry.manifest : offer.container.disk.blob;
  const url = publisher.urlOf(missed);
  const card = cardOf(page, each.name);
  await expect(card.locator(`[data-code="${each.code}"]`), each.name).toContainText(url, { timeout: 90_000 });
  if (each.data === undefined) return;
  const data = typeof each.data === 'function' ? each.data(offer) : each.data;
  await expectTold(page, each.code, { url, ...data });
}

test('each way in which a server can fail has its own words, and when it is well again the download ends, unless it said to come later', async ({
  page,
  site,
  openPublisher,
  problems,
}) => {
  problems.expect(/Failed to load resource|net::ERR|CORS/);
  const setups = await Promise.all(CASES.map(async (each, i) => publish(each, i, await openPublisher())));
  await page.goto(site.url);
  await waitForControl(page);
  await addSources(
    page,
    setups.map(({ publisher }) => publisher.catalogUrl),
  );
  for (const setup of setups) await spoil(setup);
  for (const { each } of setups) await page.getByRole('button', { name: `Keep offline: ${each.name}` }).click();
  for (const setup of setups) await test.step(setup.each.name, () => expectItsText(page, setup));

  for (const setup of setups) await repair(setup);
  for (const setup of setups) {
    const { each, publisher } = setup;
    await test.step(`${each.name}, repaired`, async () => {
      const card = cardOf(page, each.name);
      const asked = publisher.server.requests.length;
      await card.getByRole('button', { name: /^Retry/ }).click();
      if (wantsToBeLeftAlone(each)) {
        await expect(card.locator(`[data-code="${each.code}"]`)).toBeVisible();
        expect(publisher.server.requests).toHaveLength(asked);
      } else await expect(card).toContainText('Works offline');
    });
  }
});

function wantsToBeLeftAlone({ fault }: Case): boolean {
  return fault !== 'gone' && fault.kind === 'status' && fault.retryAfter !== undefined;
}
