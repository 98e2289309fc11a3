import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V86Engine } from '#engines/v86/index.ts';
import { bootInputs, withBooted, type Boot } from './boot.ts';
import { BuildError } from './build-error.ts';
import { cachedStep, originOf } from './cached-step.ts';
import { settleInodeTimes } from './ext-inode-times.ts';
import { logProgress } from './log.ts';
import { withSharedDir } from './root-runner.ts';
import { runCommand } from './run-command.ts';

/** ldconfig(8): what it knows of each library, by inode, time of change, size and device. */
const CACHE = '/var/cache/ldconfig/aux-cache';
const READ = ['sh', '-c', `ldconfig && base64 -w 0 ${CACHE}`];

/**
 * Adds what the guest's ldconfig finds out about the libraries on a disk. Without it, the first package with a library that is
 * installed on a machine has all of them read, and fetched where they are not there: ldconfig takes 3 s instead of 0.7. Only a
 * guest can tell, for inodes are the disk's.
 * @param boot its image is a file that `cachedStep` gave; it stays as it is
 * @param epoch time of the file, in seconds since 1970
 * @returns path of the new image
 * @throws BuildError
 */
export async function addLibraryCache(engine: V86Engine, boot: Boot, epoch: number): Promise<string> {
  const inputs = { ...bootInputs(engine, boot), disk: originOf(boot.image), epoch, READ };
  const make = async (into: string): Promise<void> => {
    const image = join(into, 'disk.img');
    await runCommand(['cp', '--sparse=always', boot.image, image]);
    await writeInto(image, await askGuest(engine, boot), epoch);
  };
  return join(await cachedStep({ name: 'library-cache', inputs, make }), 'disk.img');
}

function askGuest(engine: V86Engine, boot: Boot): Promise<Buffer> {
  return withBooted(engine, boot, async (session) => {
    const { status, stdout } = await session.exec(READ);
    const cache = Buffer.from(new TextDecoder().decode(stdout), 'base64');
    if (status !== 0 || cache.length === 0) throw new BuildError('the guest’s ldconfig left no cache');
    logProgress(`library cache: ${cache.length} bytes`);
    return cache;
  });
}

/** As ldconfig leaves it: for root alone. */
async function writeInto(image: string, cache: Buffer, epoch: number): Promise<void> {
  await withSharedDir(async (dir) => {
    await writeFile(join(dir, 'cache'), cache);
    const set = (field: string, value: string): string => `set_inode_field ${CACHE} ${field} ${value}`;
    const commands = [`write cache ${CACHE}`, set('mode', '0100600'), set('mtime', `@${epoch}`), ''];
    await writeFile(join(dir, 'commands'), commands.join('\n'));
    const env = { E2FSPROGS_FAKE_TIME: String(epoch) };
    await runCommand(['debugfs', '-w', '-f', 'commands', image], { cwd: dir, env });
  });
  await settleInodeTimes(image);
}
