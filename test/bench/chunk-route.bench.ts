import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { CHUNK_BYTES, type Digest } from '#domain/container/index.ts';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { compare, median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { stopServiceWorker, waitForControl } from '../e2e/harness/service-worker.ts';
import { addSources, listingOf } from '../e2e/harness/shelf.ts';
import { Publisher } from '../e2e/harness/publisher.ts';
import { VariantShelf } from '../e2e/harness/variants.ts';
import { noise } from '../support/noise.ts';
import { withPage } from './harness.ts';

const RUNS = 7;
const BYTES = 64 * 1024 * 1024;
/** Chunks whose first byte is waited for, one at a time. */
const PROBES = 100;
const PLAIN = 'plain.bin';

/** A read through the service worker: how long, and where its bytes came from. */
interface Reading {
  readonly milliseconds: number;
  readonly origin: string | null;
}

/** A disk of 64 MiB read from end to end through the service worker, all of it in IndexedDB and nothing in memory. */
export const benchmark: Benchmark = {
  name: 'chunk-route',
  summary:
    '64 MiB through the service worker from IndexedDB, against a plain fetch of the same bytes; targets ≥ 80 MB/s, first byte p50 ≤ 10 ms',
  run: async () => {
    await ensureBuild();
    const content = noise(BYTES, 4242);
    const shelf = await VariantShelf.of(BUILD_FOLDER);
    const publisher = await Publisher.open();
    try {
      await writeFile(join(shelf.root, PLAIN), content);
      const { entry } = await publisher.offer({ id: 'large', title: 'Large' }, { disk: content, trace: [0] });
      return await withPage(shelf.root, async (page, url) => {
        await page.goto(url);
        await waitForControl(page);
        await addSources(page, [publisher.catalogUrl]);
        await keep(page, entry.manifest.digest);
        return measure(page, entry.manifest.digest);
      });
    } finally {
      await publisher.close();
      await shelf.dispose();
    }
  },
};

async function measure(page: Page, manifest: Digest): Promise<Awaited<ReturnType<Benchmark['run']>>> {
  const route = `c/${manifest}/disk`;
  const throughRoute = async (): Promise<number> => {
    await forget(page);
    const { milliseconds, origin } = await read(page, route);
    say(`route: ${speed(milliseconds)} MB/s (${origin ?? 'no origin told'})`);
    return BYTES / 1000 / milliseconds;
  };
  const plain = async (): Promise<number> => BYTES / 1000 / (await read(page, PLAIN)).milliseconds;
  const result = await compare(throughRoute, plain, RUNS);
  await reportMemory(page, route);
  await reportFirstBytes(page, route);
  return { unit: 'MB/s', ...result };
}

/** What the service worker has in memory goes with it. */
async function forget(page: Page): Promise<void> {
  await stopServiceWorker(page);
  // Starting it is not what is measured here.
  await page.evaluate(async () => (await fetch('build.json', { cache: 'no-store' })).text());
}

async function reportMemory(page: Page, route: string): Promise<void> {
  await forget(page);
  await read(page, route);
  const { milliseconds, origin } = await read(page, route);
  say(`a second time: ${speed(milliseconds)} MB/s (${origin ?? 'no origin told'})`);
}

async function reportFirstBytes(page: Page, route: string): Promise<void> {
  await forget(page);
  const times: number[] = [];
  for (let probe = 0; probe < PROBES; probe++) {
    // Spread over the disk, no two neighbours in a row.
    const first = ((probe * 37) % (BYTES / CHUNK_BYTES)) * CHUNK_BYTES;
    times.push(await firstByte(page, route, `bytes=${first}-${first + CHUNK_BYTES - 1}`));
  }
  const sorted = times.toSorted((a, b) => a - b);
  say(`first byte: p50 ${median(times).toFixed(1)} ms, p90 ${sorted[Math.floor(PROBES * 0.9)]?.toFixed(1)} ms`);
}

function read(page: Page, path: string): Promise<Reading> {
  return page.evaluate(async (url) => {
    const start = performance.now();
    const answer = await fetch(url, { cache: 'no-store' });
    const reader = answer.body?.getReader();
    let bytes = 0;
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) bytes += next.value.length;
    if (bytes !== Number(answer.headers.get('Content-Length'))) throw new Error(`${bytes} bytes of ${url}`);
    return { milliseconds: performance.now() - start, origin: answer.headers.get('Portolan-Origin') };
  }, path);
}

function firstByte(page: Page, path: string, range: string): Promise<number> {
  return page.evaluate(
    async ([url, bytes]) => {
      const start = performance.now();
      const answer = await fetch(url, { headers: { Range: bytes }, cache: 'no-store' });
      const reader = answer.body?.getReader();
      const { done } = (await reader?.read()) ?? { done: true };
      const milliseconds = performance.now() - start;
      await reader?.cancel();
      if (answer.status !== 206 || done) throw new Error(`status ${answer.status}`);
      return milliseconds;
    },
    [path, range] as const,
  );
}

async function keep(page: Page, manifest: Digest): Promise<void> {
  await page.evaluate((digest) => window.portolan.keep(digest), manifest);
  while ((await listingOf(page, manifest))?.local.name !== 'offline-ready') await page.waitForTimeout(200);
}

function speed(milliseconds: number): string {
  return (BYTES / 1000 / milliseconds).toFixed(0);
}
