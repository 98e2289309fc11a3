import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../../cli/setup/chromium.ts';
import { startServer } from '../../cli/serve/server.ts';

/** A page of a fresh Chromium at the root of a folder that our own server serves; all of it is gone afterwards. */
export async function withPage<T>(root: string, use: (page: Page, url: string) => Promise<T>): Promise<T> {
  const server = await startServer({ root, port: 0 });
  try {
    return await withFreshPage((page) => use(page, server.url));
  } finally {
    await server.close();
  }
}

/** A page of a Chromium that has never seen anything; it is gone afterwards. */
export async function withFreshPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
  const context = await open(profile);
  try {
    return await use(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

function open(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...CHROMIUM_ARGUMENTS],
    headless: true,
  });
}
