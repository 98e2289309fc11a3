import { describe, expect, it } from 'vitest';
import { parseIndex, parseStatus } from '#domain/packages/index.ts';
import type { Session } from '#ports/engine.ts';
import { drawPackages, fetchPackages } from '../interop/support/drawn-packages.ts';
import { archiveLists } from '../interop/support/simulated-apt.ts';
import { IS_FULL } from '../support/full.ts';
import { compareInstalls, wantedOf, type Choice, type Target } from '../support/installed-both-ways.ts';
import { BootedMachines, decode, encode, shell } from './engine-support.ts';
import { v86InNode } from './v86-in-node.ts';

/** Each takes half a minute. */
const PACKAGES = IS_FULL ? 20 : 1;
const SEED = 7;
/** An emulated machine takes its time for more. */
const MOST_DOWNLOAD_BYTES = 500_000;

const machines = new BootedMachines(await v86InNode());

/** A machine for what works on one through its port. */
function targetOf(session: Session): Target {
  return {
    exec: async (argv, { env } = {}) => {
      const { status, stdout, stderr } = await session.exec(argv, { env });
      return { status, stdout: decode(stdout), stderr: decode(stderr) };
    },
    writeFile: (path, content) => session.writeFile(path, typeof content === 'string' ? encode(content) : content),
    readFile: (path) => session.readFile(path),
  };
}

/** Installs into two machines of one state. @returns lines in which they differ */
async function differences(choice: Choice): Promise<readonly string[]> {
  const [{ session: a }, { session: b }] = [await machines.start(), await machines.start()];
  try {
    return (await compareInstalls(choice, [targetOf(a), targetOf(b)])).differences;
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}

async function* choices(): AsyncGenerator<Choice, void> {
  const { session } = await machines.start();
  await shell(session, 'cp /var/lib/dpkg/status /host/status');
  const status = parseStatus(await session.readFile('status'));
  await session.stop();
  const index = parseIndex(...(await archiveLists()));
  for (const plan of drawPackages({ index, status, seed: SEED, most: MOST_DOWNLOAD_BYTES })) {
    const files = await fetchPackages(plan);
    if (files) yield { plan, files };
  }
}

describe('packages of Debian, drawn at random', () => {
  it(`come into the guest as its own dpkg puts them there, ${PACKAGES} of them`, { timeout: 3_600_000 }, async () => {
    const found = new Map<string, readonly string[]>();
    for await (const choice of choices()) {
      found.set(wantedOf(choice.plan), await differences(choice));
      if (found.size === PACKAGES) break;
    }
    expect([...found].filter(([, lines]) => lines.length > 0)).toEqual([]);
  });
});
