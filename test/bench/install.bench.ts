import type { Page } from '@playwright/test';
import type { Plan } from '#domain/packages/index.ts';
import { dpkgRuns, type DpkgRun } from '#domain/packages/install/index.ts';
import type { Benchmark } from '../../cli/bench/benchmark.ts';
import { median } from '../../cli/bench/statistics.ts';
import { BUILD_FOLDER, ensureBuild } from '../../cli/bundle/ensure-build.ts';
import { say } from '../../cli/process/say.ts';
import { withPage } from './harness.ts';

const RUNS = 1;
/** In the guest. */
const FOLDER = '/var/cache/bench';
/** The last one is the result, the others are figures beside it. */
const RUNTIMES = ['nginx', 'python3', 'nodejs'];

/** Runtimes into `base`, as the page installs them, against the guest's own dpkg with the same packages as Debian has published them. */
export const benchmark: Benchmark = {
  name: 'install',
  summary:
    'seconds to install nodejs, plan and checkpoint with it; ratio: `dpkg` in the same guest ÷ ours, target ≥ 5 and ≤ 60 s; nginx (≥ 3, ≤ 15 s) and python3 (≥ 3, ≤ 30 s) beside it',
  run: async () => {
    await ensureBuild();
    return withPage(BUILD_FOLDER, async (page, url) => {
      await page.goto(url);
      await page.waitForFunction(() => 'portolan' in window);
      await page.evaluate(async () => (await window.portolan.boot('base')).ready);
      const figures: Record<string, number> = {};
      let last = { ours: 0, theirs: 0, ratio: 0 };
      for (const id of RUNTIMES) {
        last = await compareInstall(page, id);
        Object.assign(figures, { [id]: last.ours, [`${id} ratio`]: last.ratio });
      }
      return { unit: 's', value: last.ours, baseline: last.theirs, ratio: last.ratio, runs: RUNS, figures };
    });
  },
};

async function compareInstall(page: Page, id: string): Promise<{ ours: number; theirs: number; ratio: number }> {
  const script = scriptOf(dpkgRuns(await plan(page, id)));
  const pairs: { readonly ours: number; readonly theirs: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    const pair = { ours: await install(page, id), theirs: await install(page, id, script) };
    say(`${id}: ${pair.ours.toFixed(1)} s, dpkg ${pair.theirs.toFixed(1)} s`);
    pairs.push(pair);
  }
  return {
    ours: median(pairs.map(({ ours }) => ours)),
    theirs: median(pairs.map(({ theirs }) => theirs)),
    ratio: median(pairs.map(({ ours, theirs }) => theirs / ours)),
  };
}

/** The plan's calls of dpkg, one after the other as `dpkg -i` makes them; packages that are unpacked are on the machine's disk. */
function scriptOf(runs: readonly DpkgRun[]): string {
  const policy = 'printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d';
  const calls = runs.map(({ action, names }) => {
    const what = action === 'unpack' ? names.map((name) => `${FOLDER}/${name}.deb`) : names;
    return ['dpkg', `--${action}`, ...what].join(' ');
  });
  return [policy, ...calls].join('\n');
}

/** @returns the plan for a runtime */
function plan(page: Page, id: string): Promise<Plan> {
  return page.evaluate(async (name) => {
    const { portolan } = window;
    const [machine] = portolan.machines();
    const runtime = (await portolan.runtimes()).find(({ entry }) => entry.id === name);
    if (!machine || !runtime) throw new Error(`there is no machine, or no ${name}`);
    const { debs, config } = await portolan.readRuntime(runtime.entry.manifest.digest);
    const proposal = await portolan.proposePackages(machine, debs, { wanted: config.wanted });
    if (proposal.kind !== 'proposal') throw new Error(proposal.text);
    return proposal.plan;
  }, id);
}

/**
 * Installs a runtime, and goes back to before.
 * @param script has the guest's dpkg do it; else the page does
 * @returns seconds
 */
function install(page: Page, id: string, script?: string): Promise<number> {
  return page.evaluate(
    async ([name, commands, folder]) => {
      const { portolan } = window;
      const [machine] = portolan.machines();
      const runtime = (await portolan.runtimes()).find(({ entry }) => entry.id === name);
      if (!machine || !runtime) throw new Error(`there is no machine, or no ${name}`);
      const { debs, config } = await portolan.readRuntime(runtime.entry.manifest.digest);
      const before = await machine.checkpoint('before');
      if (commands !== undefined) {
        for (const [i, each] of config.packages.entries()) {
          const bytes = await debs[i]?.arrayBuffer();
          if (bytes) await machine.writeFile(`bench/${each.name}.deb`, new Uint8Array(bytes));
        }
        await machine.exec(['sh', '-c', `mkdir ${folder} && mv /host/bench/*.deb ${folder} && sync`]);
      }
      const began = performance.now();
      if (commands === undefined) {
        const proposal = await portolan.proposePackages(machine, debs, { wanted: config.wanted });
        if (proposal.kind !== 'proposal') throw new Error(proposal.text);
        await portolan.installPackages(machine, debs, proposal);
      } else {
        const env = { DEBIAN_FRONTEND: 'noninteractive' };
        const { status, stderr } = await machine.exec(['sh', '-ec', commands], { env });
        if (status !== 0) throw new Error(stderr);
      }
      const seconds = (performance.now() - began) / 1000;
      await machine.restore(before.id);
      await machine.forget(before.id);
      return seconds;
    },
    [id, script, FOLDER] as const,
  );
}
