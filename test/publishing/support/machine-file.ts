import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { describeMachine, encodeDiskPiece, writeBackup, type ContentPart } from '#domain/backup/index.ts';
import type { CatalogEntry, Descriptor } from '#domain/container/index.ts';
import { OverlayLog } from '#domain/overlay/index.ts';
import { loadCompression, sha256 } from '#storage/index.ts';
import { FaultyStore } from '../../domain/support/faulty-store.ts';
import { Random } from '../../domain/support/random.ts';

export interface MachineFile {
  readonly container: CatalogEntry;
  readonly disk: { readonly bytes: number; readonly base: string };
  /** Bytes that its disk has come to have. */
  readonly grownTo?: number | undefined;
  /** What its guest has written, in order. */
  readonly writes: readonly { readonly start: number; readonly bytes: Uint8Array }[];
  readonly sources?: readonly string[];
}

/** Writes an exported machine whose guest wrote all that and one sector that only a checkpoint has. */
export async function writeMachineFile(path: string, { container, disk, grownTo, writes, sources = [] }: MachineFile) {
  const store = new FaultyStore(new Random(1));
  const log = OverlayLog.open({ log: store.file('log'), manifests: [store.file('a'), store.file('b')] }, disk);
  log.checkpoint('before', '');
  log.write(0, new Uint8Array(512).fill(0xee));
  log.checkpoint('left', '');
  log.restore('before');
  if (grownTo !== undefined) log.grow(grownTo);
  for (const { start, bytes } of writes) log.write(start, bytes);
  const { nextRecord, head, entries } = log.outline();
  const machine = { id: 'sample-1a2b', title: 'My sample', manifest: plain(container.manifest), sources, createdAt: 5 };
  const description = describeMachine({ machine, disk: { ...disk, grownTo, nextRecord, head, entries }, states: [] });
  await pipeline(writeBackup(description, pieces(log), sha256), createWriteStream(path));
}

function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

async function* pieces(log: OverlayLog): AsyncGenerator<ContentPart> {
  const compression = await loadCompression();
  for (const entry of log.entries()) yield { type: 'disk', bytes: compression.compress(encodeDiskPiece([entry]), 1) };
}
