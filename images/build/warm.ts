import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  bindingToAnnotations,
  digestFromBytes,
  parseJson,
  TraceSchema,
  type Digest,
  type Trace,
} from '#domain/container/index.ts';
import type { V86Engine, V86Session } from '#engines/v86/index.ts';
import type { ContainerContent } from '../../publishing/index.ts';
import { bootInputs, withBooted, type Boot } from './boot.ts';
import { BuildError } from './build-error.ts';
import { cachedStep, originOf } from './cached-step.ts';
import { compressFile } from './compress-disk.ts';
import { logProgress } from './log.ts';

/** Milliseconds for which the guest is left alone before it is saved: what its services begin, they finish. */
const SETTLE_MS = 2000;

/** What no two machines may share is not in what they start from. */
const FORGET_IDENTITY = ['/usr/lib/portolan/identity', 'forget'];

/**
 * Boots a container once and adds what makes later boots fast: a snapshot of the engine right after the first prompt, and
 * the order in which a cold boot reads the disk.
 * @param boot its image is the container's disk: a file that `cachedStep` gave
 */
export async function warmUp(engine: V86Engine, content: ContainerContent, boot: Boot): Promise<ContainerContent> {
  const inputs = { ...bootInputs(engine, boot), disk: originOf(boot.image) };
  const dir = await cachedStep({ name: 'warm', inputs, make: (into) => bootOnce(engine, boot, into) });
  const snapshot = await compressFile(join(dir, 'state'));
  const binding = {
    engine: engine.name,
    engineVersion: engine.version,
    memory: boot.memory,
    disk: await digestOf(content.disk.blob),
  };
  return {
    ...content,
    snapshot: { ...snapshot, annotations: bindingToAnnotations(binding) },
    trace: await readTrace(dir),
  };
}

/** Leaves `state` and `trace.json`. */
async function bootOnce(engine: V86Engine, boot: Boot, dir: string): Promise<void> {
  const started = performance.now();
  await withBooted(engine, boot, async (session) => {
    logProgress(`warm: booted in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    await save(session, dir);
  });
}

async function save(session: V86Session, dir: string): Promise<void> {
  const trace: Trace = { schemaVersion: 1, chunks: [...session.trace] };
  // The agent answers: it is up, and in the snapshot.
  const { status } = await session.exec(FORGET_IDENTITY);
  if (status !== 0) throw new BuildError('the guest kept the identity that its first boot gave it');
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await writeFile(join(dir, 'trace.json'), JSON.stringify(trace));
  await writeFile(join(dir, 'state'), await session.save());
}

async function readTrace(dir: string): Promise<Trace> {
  return parseJson(TraceSchema, await readFile(join(dir, 'trace.json'), 'utf8'), 'The boot trace');
}

async function digestOf(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return digestFromBytes(hash.digest());
}
