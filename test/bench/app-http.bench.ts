import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { BenchResult, Benchmark } from '../../cli/bench/benchmark.ts';
import { compare, median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { startServer } from '../../cli/serve/server.ts';
import { appUrl, machineId, runInGuest } from '../e2e/harness/guest-web.ts';
import type { Question } from './app-http/page.ts';
import { buildPage } from './build-page.ts';
import { withFreshPage } from './harness.ts';

const RUNS = 3;
/** Of a download, which is short and of which others of the machine's work take more or less. */
const DOWNLOADS = 9;
const SMALL = { path: '/small', bytes: 1024, count: 100 };
const LARGE = { path: '/large', bytes: 16 * 1024 * 1024, count: 1 };
const IN_FLIGHT = 16;
/** nginx in the guest, with files that are in its memory. */
const PREPARE = `head -c ${SMALL.bytes} /dev/zero > /dev/shm/small
head -c ${LARGE.bytes} /dev/zero > /dev/shm/large
ln -sf /dev/shm/small /dev/shm/large /var/www/html/`;

type Get = Extract<Question, { type: 'get' }>;
/** Milliseconds of each request, then of all. */
type Measure = (question: Get) => Promise<number[]>;

/**
 * A page of the guest's server, through all of it, against v86's own adapter and card on the same guest in the same browser; and
 * against that adapter at our card, which says what is left to gain behind it.
 */
export const benchmark: Benchmark = {
  name: 'app-http',
  summary:
    'MB/s of a 16 MB download from nginx in the guest; ratio: against v86’s own adapter, target ≥ 4 and ≥ 8 MB/s; 1 KB GETs beside it',
  run: async () => {
    await ensureBuild();
    const folder = await buildPage('app-http');
    await cp('build/catalog', join(folder, 'catalog'), { recursive: true });
    const [site, other] = await Promise.all([
      startServer({ root: BUILD_FOLDER, port: 0 }),
      startServer({ root: folder, port: 0 }),
    ]);
    try {
      return await withFreshPage(async (page) => {
        const builtIn = await openBuiltIn(page, `${other.url}?card=stock`);
        const atOurCard = await openBuiltIn(page, other.url);
        const { app, shell, url } = await openApp(page, site);
        return measureAll({ builtIn, atOurCard, app, shell, url });
      });
    } finally {
      await Promise.all([site.close(), other.close()]);
    }
  },
};

interface Pages {
  /** Has a machine behind v86's adapter, with the card that v86 gives it. */
  readonly builtIn: Page;
  /** The same with our card. */
  readonly atOurCard: Page;
  /** Has a machine of ours. */
  readonly shell: Page;
  /** A page of that machine's server, at this address. */
  readonly app: Page;
  readonly url: string;
}

async function openBuiltIn(page: Page, url: string): Promise<Page> {
  const builtIn = await page.context().newPage();
  await builtIn.goto(url);
  await ask(builtIn, { type: 'run', script: PREPARE });
  return builtIn;
}

async function openApp(
  shell: Page,
  site: { readonly url: string; readonly port: number },
): Promise<Omit<Pages, 'builtIn' | 'atOurCard'>> {
  await shell.goto(site.url);
  await shell.waitForFunction(() => 'portolan' in window);
  await shell.evaluate(async () => (await window.portolan.boot('web')).ready);
  await runInGuest(shell, PREPARE);
  const app = await shell.context().newPage();
  const url = appUrl(site, await machineId(shell), 80);
  await app.goto(url);
  return { app, shell, url };
}

async function measureAll(pages: Pages): Promise<BenchResult> {
  const ours: Measure = (question) => getInApp(pages.app, pages.url, question);
  const direct: Measure = (question) => getDirectly(pages.shell, question);
  const theirs: Measure = (question) => ask(pages.builtIn, question);
  const theirsAtOurCard: Measure = (question) => ask(pages.atOurCard, question);
  const one = { type: 'get', ...SMALL, atOnce: 1 } as const;
  const many = { ...one, count: 160, atOnce: IN_FLIGHT };
  const large = { type: 'get', ...LARGE, atOnce: 1 } as const;
  // What is measured is not the first compilation.
  for (const measure of [ours, direct, theirs, theirsAtOurCard])
    for (const each of [one, many, large]) await measure(each);
  const adapter = { name: 'v86’s adapter', measure: theirs };
  const shell = { name: 'machine.fetch', measure: direct };
  const againstDirect = await against(shell, ours, {
    what: '1 KB GET, p50',
    unit: 'ms',
    figure: typical,
    question: one,
  });
  const latency = await against(adapter, ours, { what: '1 KB GET, p50', unit: 'ms', figure: typical, question: one });
  const inTurn = await against(adapter, ours, {
    what: '1 KB GETs, in turn',
    unit: '/s',
    figure: perSecond,
    question: one,
  });
  const atOnce = await against(adapter, ours, {
    what: `1 KB GETs, ${IN_FLIGHT} at a time`,
    unit: '/s',
    figure: perSecond,
    question: many,
  });
  for (const other of [shell, { name: 'v86’s adapter at our card', measure: theirsAtOurCard }])
    await against(other, ours, { what: '16 MB', unit: 'MB/s', figure: rate, question: large, runs: DOWNLOADS });
  const download = await against(adapter, ours, {
    what: '16 MB',
    unit: 'MB/s',
    figure: rate,
    question: large,
    runs: DOWNLOADS,
  });
  const floor = median(await askWorker(pages.app, SMALL.count));
  say(`an answer that the service worker has itself, p50: ${floor.toFixed(1)} ms`);
  const figures = {
    get: latency.value,
    getFromWorker: floor,
    getOverDirect: againstDirect.ratio,
    perSecond: inTurn.value,
    perSecondAtOnce: atOnce.value,
    perSecondAtOnceBuiltIn: atOnce.baseline,
  };
  return { unit: 'MB/s', ...download, figures };
}

interface Comparison {
  readonly what: string;
  readonly unit: string;
  /** What the times say. */
  readonly figure: (measure: Measure, question: Get) => Promise<number>;
  readonly question: Get;
  readonly runs?: number;
}

/** One figure of a page of the app, and of another way to the same server, in turn. */
async function against(
  { name, measure }: { readonly name: string; readonly measure: Measure },
  ours: Measure,
  { what, unit, figure, question, runs = RUNS }: Comparison,
): ReturnType<typeof compare> {
  const compared = await compare(
    () => figure(ours, question),
    () => figure(measure, question),
    runs,
  );
  const { value, baseline, ratio } = compared;
  say(`${what}: ${value.toFixed(1)} ${unit}, ${name} ${baseline.toFixed(1)} ${unit}, ratio ${ratio.toFixed(2)}`);
  return compared;
}

async function typical(measure: Measure, question: Get): Promise<number> {
  return median((await measure(question)).slice(0, -1));
}

async function perSecond(measure: Measure, question: Get): Promise<number> {
  return question.count / ((await measure(question)).at(-1)! / 1000);
}

async function rate(measure: Measure, question: Get): Promise<number> {
  return question.bytes / 1e6 / ((await measure(question)).at(-1)! / 1000);
}

function ask(page: Page, question: Question): Promise<number[]> {
  return page.evaluate((asked) => window.ask(asked), question);
}

/** As a page of the server asks for something of its own, which no cache has. */
function getInApp(app: Page, url: string, { path, count, atOnce, bytes }: Get): Promise<number[]> {
  return app.evaluate(
    async ({ target, total, lanes, length }) => {
      const times: number[] = [];
      const began = performance.now();
      await Promise.all(
        Array.from({ length: lanes }, async (_, lane) => {
          for (let i = lane; i < total; i += lanes) {
            const start = performance.now();
            const body = await (await fetch(`${target}?${Math.random()}`)).arrayBuffer();
            times.push(performance.now() - start);
            if (body.byteLength !== length) throw new Error(`${body.byteLength} bytes have come`);
          }
        }),
      );
      return [...times, performance.now() - began];
    },
    { target: url.replace(/\/$/, path), total: count, lanes: atOnce, length: bytes },
  );
}

/** The least that a page's request takes: for what the service worker answers at once, from its own memory. */
function askWorker(app: Page, count: number): Promise<number[]> {
  return app.evaluate(async (total) => {
    const times: number[] = [];
    for (let i = 0; i < total; i++) {
      const start = performance.now();
      await (await fetch(`/relay.html?${Math.random()}`)).arrayBuffer();
      times.push(performance.now() - start);
    }
    return times;
  }, count);
}

/** As a script of the shell's page asks the machine, without service worker and frame between. */
function getDirectly(shell: Page, { path, count, atOnce, bytes }: Get): Promise<number[]> {
  return shell.evaluate(
    async ({ target, total, lanes, length }) => {
      const [machine] = window.portolan.machines();
      if (!machine) throw new Error('there is no machine');
      const times: number[] = [];
      const began = performance.now();
      await Promise.all(
        Array.from({ length: lanes }, async (_, lane) => {
          for (let i = lane; i < total; i += lanes) {
            const start = performance.now();
            const body = await (await machine.fetch(80, `${target}?${Math.random()}`)).arrayBuffer();
            times.push(performance.now() - start);
            if (body.byteLength !== length) throw new Error(`${body.byteLength} bytes have come`);
          }
        }),
      );
      return [...times, performance.now() - began];
    },
    { target: path, total: count, lanes: atOnce, length: bytes },
  );
}
