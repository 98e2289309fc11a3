import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseIndex, parseStatus, resolve, type Status } from '#domain/packages/index.ts';
import type { Session } from '#ports/engine.ts';
import { debOf } from '../domain/packages/archive/support/deb-writer.ts';
import type { WrittenEntry } from '../domain/packages/archive/support/tar-writer.ts';
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

/**
 * Installs into two machines of one state.
 * @param before is run in each of them first
 * @param look is run in each of them then
 * @returns lines in which they differ
 */
async function differences(choice: Choice, { before = 'true', look = 'true' } = {}): Promise<readonly string[]> {
  const [{ session: a }, { session: b }] = [await machines.start(), await machines.start()];
  try {
    await Promise.all([shell(a, before), shell(b, before)]);
    const { differences: found } = await compareInstalls(choice, [targetOf(a), targetOf(b)]);
    const [ours, theirs] = [await shell(a, look), await shell(b, look)];
    return ours === theirs ? found : [...found, `- ${theirs}`, `+ ${ours}`];
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}

async function statusOfBase(): Promise<Status> {
  const { session } = await machines.start();
  await shell(session, 'cp /var/lib/dpkg/status /host/status');
  const status = parseStatus(await session.readFile('status'));
  await session.stop();
  return status;
}

async function* choices(): AsyncGenerator<Choice, void> {
  const status = await statusOfBase();
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

const CONTROL = `Package: isle
Version: 1
Architecture: all
Maintainer: Á. O'Hara <a@isle.test>
Description: It's \\an isle\\n with "$HOME" and %s
`;
const FOLDERS = ['./', './usr/', './usr/share/', "./usr/share/it's $HOME/"];
/** More than a file may have that goes through the guest's page cache, and no whole number of blocks. */
const LARGE = Buffer.alloc(5 * 1024 * 1024 + 123, 'a deep sea ');
/** Both names of a file say it. */
const OF_DEEP = { mode: 0o6755, mtime: 1_000_000_000 };
const ISLE: readonly WrittenEntry[] = [
  ...FOLDERS.map((name): WrittenEntry => ({ name, type: 'folder', mode: 0o755 })),
  { name: './usr/share/deep', ...OF_DEEP, content: LARGE },
  { name: './usr/share/deeper', ...OF_DEEP, type: 'hard-link', linkName: './usr/share/deep' },
  { name: "./usr/share/it's $HOME/`deep`", content: LARGE },
  { name: './srv/', type: 'folder', mode: 0o755 },
  { name: './srv/shallow', content: LARGE },
  { name: "./usr/share/it's", type: 'symbolic-link', linkName: "it's $HOME" },
];

describe('a package with large files, and with names and words that mean something to a shell', () => {
  it('comes into the guest as its own dpkg puts it there, times of files with it', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portolan-isle-'));
    try {
      const files = new Map([['isle', join(folder, 'isle.deb')]]);
      const sums = `${'0'.repeat(32)}  usr/share/deep\n`;
      const control = Object.entries({ control: CONTROL, md5sums: sums }).map(([name, text]) => ({
        name: `./${name}`,
        content: encode(text),
      }));
      await writeFile(files.get('isle') ?? '', debOf(ISLE, { control }));
      const index = parseIndex(encode(`${CONTROL}Filename: isle.deb\n`));
      const plan = resolve({ index, status: await statusOfBase(), wanted: ['isle'] });
      if (plan.kind !== 'plan') throw new Error(plan.text);
      // A file system that has no way past the page cache.
      const tmpfs =
        'mount -t tmpfs none /srv; ! dd if=/dev/zero of=/srv/direct bs=4k count=1 oflag=direct 2> /dev/null';
      const look = 'md5sum /srv/shallow; stat -c %Y /usr/share/deep /usr/share/it*/* /srv/shallow';
      expect(await differences({ plan, files }, { before: tmpfs, look })).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
