import { afterEach, expect, it, vi } from 'vitest';
import { chromiumPath, ensureChromium } from '../../cli/setup/chromium.ts';

afterEach(() => vi.unstubAllEnvs());

it('takes the browser that the environment names', async () => {
  vi.stubEnv('CHROMIUM', process.execPath);
  expect(chromiumPath()).toBe(process.execPath);
  await ensureChromium();
});

it('says so when that is none, and installs no other', async () => {
  vi.stubEnv('CHROMIUM', '/nowhere/chromium');
  await expect(ensureChromium()).rejects.toThrow('CHROMIUM names /nowhere/chromium');
});
