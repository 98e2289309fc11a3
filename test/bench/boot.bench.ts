import type { Page } from '@playwright/test';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { keepOffline } from '../e2e/harness/machine.ts';
import { withPage } from './harness.ts';

const RUNS = 5;

/** From the click on Boot to a prompt in the terminal, with everything on the device: from the snapshot, and cold. */
export const benchmark: Benchmark = {
  name: 'boot',
  summary: 'click to prompt in Chromium, snapshot against cold boot; targets ≤ 2000 ms, ≤ 12000 ms, ratio ≤ 0.35',
  run: async () => {
    await ensureBuild();
    const result = await withPage(BUILD_FOLDER, async (page, url) => {
      await page.goto(url);
      await keepContainer(page);
      return compare(
        () => boot(page, 'snapshot'),
        () => boot(page, 'disk'),
        RUNS,
      );
    });
    return { unit: 'ms', ...result };
  },
};

/** Brings the whole container to the device, and leaves no machine behind. */
async function keepContainer(page: Page): Promise<void> {
  await page.evaluate(async () => (await window.portolan.boot('base')).ready);
  await keepOffline(page, 'base');
  await removeMachines(page);
}

async function boot(page: Page, from: 'snapshot' | 'disk'): Promise<number> {
  const milliseconds = await (from === 'snapshot' ? clickBoot(page) : clickBootCold(page));
  say(`${from}: ${milliseconds.toFixed(0)} ms`);
  await removeMachines(page);
  return milliseconds;
}

async function clickBoot(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Boot Debian base' }).waitFor();
  const prompt = untilPrompt(page);
  await page.getByRole('button', { name: 'Boot Debian base' }).click();
  return prompt;
}

async function clickBootCold(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Options for Debian base' }).click();
  const prompt = untilPrompt(page);
  await page.getByRole('button', { name: 'Boot from disk' }).click();
  return prompt;
}

/** Milliseconds from the next click in the page to the moment when the new machine's terminal has shown a prompt. */
function untilPrompt(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const clicked = await new Promise<number>((resolve) => {
      addEventListener('click', () => resolve(performance.now()), { once: true, capture: true });
    });
    while (window.portolan.machines().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const prompt = await new Promise<number>((resolve) => {
      let shown = '';
      window.portolan.machines()[0]?.console.attach((bytes) => {
        shown += new TextDecoder().decode(bytes);
        if (/root@portolan.*# $/s.test(shown)) resolve(performance.now());
      });
    });
    return prompt - clicked;
  });
}

async function removeMachines(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const machine of window.portolan.machines()) await machine.remove();
    location.hash = '#/';
  });
}
