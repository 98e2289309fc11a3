import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, chromium, expect, type BrowserContext, type Page, type ViewportSize } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../../../cli/setup/chromium.ts';
import { BUILDS, type Builds } from './builds.ts';
import { Problems } from './problems.ts';
import { Publisher } from './publisher.ts';
import { Site } from './site.ts';

interface Fixtures {
  /** Fails the test for what pages complain about, unless the test has expected it. */
  readonly problems: Problems;
  /** The current build, served. */
  readonly site: Site;
  /** Opens publishers, each at an address of its own, until the test is over. */
  readonly openPublisher: () => Promise<Publisher>;
  /** Opens a page of another visitor: in a profile of its own. */
  readonly openVisitor: () => Promise<Page>;
}

interface WorkerFixtures {
  readonly builds: Builds;
}

/** Playwright's test, in a fresh profile on disk: service worker, caches and IndexedDB are those of a real visitor. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from an object pattern.
  builds: [async ({}, use) => use(BUILDS), { scope: 'worker' }],

  site: async ({ builds, problems }, use) => {
    const site = await Site.open(builds.current);
    await use(site);
    // The browser logs each request that finds no server; whether that is a problem is for the test to see in the page.
    if (!site.running) problems.expect(/ERR_CONNECTION_REFUSED/);
    if (site.running) await site.stop();
  },

  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from an object pattern.
  openPublisher: async ({}, use) => {
    const publishers: Publisher[] = [];
    await use(async () => {
      const publisher = await Publisher.open();
      publishers.push(publisher);
      return publisher;
    });
    await Promise.all(publishers.map((publisher) => publisher.close()));
  },

  openVisitor: async ({ viewport, hasTouch, isMobile, problems }, use) => {
    const visitors: (() => Promise<void>)[] = [];
    await use(async () => {
      const visitor = await openVisitor({ viewport, hasTouch, isMobile });
      problems.watch(visitor.context);
      visitors.push(visitor.close);
      return visitor.context.pages()[0] ?? visitor.context.newPage();
    });
    await Promise.all(visitors.map((close) => close()));
  },

  context: async ({ viewport, hasTouch, isMobile }, use) => {
    const { context, close } = await openVisitor({ viewport, hasTouch, isMobile });
    await use(context);
    await close();
  },

  page: async ({ context }, use) => use(context.pages()[0] ?? (await context.newPage())),

  problems: [
    async ({ context }, use) => {
      const problems = new Problems(context);
      await use(problems);
      expect(problems.unexpected).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

interface Device {
  readonly viewport: ViewportSize | null;
  readonly hasTouch: boolean;
  readonly isMobile: boolean;
}

/** A browser with a fresh profile on disk, which goes with it. */
async function openVisitor(
  device: Device,
): Promise<{ readonly context: BrowserContext; readonly close: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'portolan-profile-'));
  const context = await openProfile(profile, device);
  const close = async (): Promise<void> => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  };
  return { context, close };
}

function openProfile(profile: string, device: Device): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...CHROMIUM_ARGUMENTS],
    headless: true,
    ...device,
  });
}
