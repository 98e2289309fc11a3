import {
  describeMachine,
  openBackup,
  writeBackup,
  type BackupDescription,
  type OpenBackup,
} from '#domain/backup/index.ts';
import { BLOCK_BYTES } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { BackupService } from '#ports/backup-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { IncomingMachine, KeptContents, KeptPart } from '#ports/kept-machines.ts';
import type { MachineRecord } from '#ports/machine-records.ts';
import {
  ContainerShelf,
  freeMachineId,
  fullFor,
  machineStorageOf,
  sha256,
  withRoom,
  type MachineStorage,
  type Storage,
} from '#storage/index.ts';
import { checkpointsOf, suspendedState } from '../kept/record-states.ts';
import { blobSource } from './blob-source.ts';
import { PieceSender } from './piece-sender.ts';

type Take = Parameters<BackupService['export']>[1];
type OnProgress = (share: number) => void;
type KeptRecord = MachineRecord & { readonly disk: NonNullable<MachineRecord['disk']> };

/** What ids of machines look like here; those of others become new ones. */
const OWN_ID = /^[a-z0-9][a-z0-9._-]{0,79}$/;
/** Bytes that are freed when the device is full, if they can be. */
const ROOM_BYTES = 256 * 1024 * 1024;
const ENDING = /-[0-9a-f]{4}$/;

/** Exports and imports machines that nobody has open. */
export class BackupHost implements BackupService {
  readonly #open: () => Promise<Storage>;
  #work: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<Storage>) {
    this.#open = open;
  }

  async export(machine: string, take: Take, onProgress: OnProgress, options: Cancellable = {}): Promise<void> {
    await this.#watched(this.#export(machine, take, onProgress, options));
  }

  async import(file: Blob, onProgress: OnProgress, options: Cancellable = {}): Promise<string> {
    return this.#watched(this.#import(file, onProgress, options));
  }

  async idle(): Promise<void> {
    await this.#work.catch(() => undefined);
  }

  #watched<T>(work: Promise<T>): Promise<T> {
    this.#work = work;
    return work;
  }

  async #export(machine: string, take: Take, onProgress: OnProgress, { signal }: Cancellable): Promise<void> {
    const places = machineStorageOf(await this.#open());
    const record = await keptRecord(places, machine);
    const outgoing = await places.files.export(machine, record.disk);
    try {
      const { contents } = outgoing;
      const sender = new PieceSender(take);
      const parts = counted(outgoing.parts(), contents, onProgress);
      for await (const bytes of writeBackup(descriptionOf(record, contents), parts, sha256)) {
        signal?.throwIfAborted();
        await sender.add(bytes);
      }
      await sender.flush();
    } finally {
      outgoing.close();
    }
  }

  async #import(file: Blob, onProgress: OnProgress, { signal }: Cancellable): Promise<string> {
    const storage = await this.#open();
    const places = machineStorageOf(storage);
    await places.files.tidyImports(async (id) => (await places.records.get(id)) !== undefined);
    await verify(file, (share) => onProgress(share / 2), signal);
    const onWritten = (share: number): void => onProgress((1 + share) / 2);
    const shelf = new ContainerShelf(storage);
    const makeRoom = (): Promise<boolean> => shelf.makeRoom(ROOM_BYTES, []);
    return fullFor('the machine in this file', () =>
      withRoom(makeRoom, () => this.#take(file, places, onWritten, signal)),
    );
  }

  async #take(
    file: Blob,
    { records, files }: MachineStorage,
    onProgress: OnProgress,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { description, parts } = await opened(file, onProgress, signal);
    const stored = new Set((await files.list()).map(({ machine }) => machine));
    const isTaken = async (id: string): Promise<boolean> => stored.has(id) || (await records.get(id)) !== undefined;
    const id = await idFor(description.machine.id, isTaken);
    const incoming = await files.import(id, description, parts);
    try {
      signal?.throwIfAborted();
      await records.update(id, (before) => newRecord(id, description, incoming, before));
    } catch (error) {
      await incoming.discard();
      throw error;
    }
    // Should the mark stay, the next import takes it away.
    await incoming.keep().catch(() => undefined);
    return id;
  }
}

/** @throws AppError `backup/not-kept` */
async function keptRecord({ records, earlier }: MachineStorage, machine: string): Promise<KeptRecord> {
  const record = await records.get(machine);
  if (!record) throw new AppError('backup/not-kept', { detail: 'it was in memory only' });
  const older = (await earlier.engineOf(machine)) !== undefined;
  if (record.disk && !older) return { ...record, disk: record.disk };
  throw new AppError('backup/not-kept', { detail: 'an earlier version of Portolan has saved it in another form' });
}

function descriptionOf(
  { id, title, manifest, sources, createdAt, apps }: MachineRecord,
  contents: KeptContents,
): BackupDescription {
  const own = apps && apps.length > 0 ? { apps } : {};
  return describeMachine({ machine: { id, title, manifest, sources, createdAt, ...own }, ...contents });
}

function sizeOf({ disk, states }: KeptContents): number {
  return states.reduce((sum, { bytes }) => sum + bytes, disk.entries * BLOCK_BYTES);
}

/** Tells how much has passed; a piece of a disk counts as if it were full, so that it is never more than all. */
async function* counted(
  parts: AsyncIterable<KeptPart>,
  contents: KeptContents,
  onProgress: OnProgress,
): AsyncGenerator<KeptPart, void> {
  const total = Math.max(1, sizeOf(contents));
  let done = 0;
  for await (const part of parts) {
    yield part;
    done += part.bytes.length;
    onProgress(Math.min(1, done / total));
  }
  onProgress(1);
}

/** The description of a backup, and what comes after it, until it is called off. */
async function opened(file: Blob, onProgress: OnProgress, signal: AbortSignal | undefined): Promise<OpenBackup> {
  const source = blobSource(file, (end) => onProgress(end / file.size));
  const { description, parts } = await openBackup(source, sha256);
  return { description, parts: untilCalledOff(parts, signal) };
}

async function* untilCalledOff(
  parts: AsyncIterable<KeptPart>,
  signal: AbortSignal | undefined,
): AsyncGenerator<KeptPart, void> {
  for await (const part of parts) {
    signal?.throwIfAborted();
    yield part;
  }
}

/** Reads all of it before anything is made of it. */
async function verify(file: Blob, onProgress: OnProgress, signal: AbortSignal | undefined): Promise<void> {
  const { parts } = await opened(file, onProgress, signal);
  for await (const _ of parts);
}

/** The id that it had, unless that is taken. */
async function idFor(id: string, isTaken: (id: string) => Promise<boolean>): Promise<string> {
  if (!OWN_ID.test(id)) return freeMachineId('machine', isTaken);
  return (await isTaken(id)) ? freeMachineId(id.replace(ENDING, ''), isTaken) : id;
}

function newRecord(
  id: string,
  { machine: { title, manifest, sources, createdAt, apps }, disk: { bytes, base } }: BackupDescription,
  incoming: IncomingMachine,
  before: MachineRecord | undefined,
): MachineRecord {
  if (before) throw new AppError('app/unexpected', { detail: 'another machine came to have the same id' });
  const suspended = suspendedState(incoming.fitting);
  const checkpoints = checkpointsOf(incoming.states);
  const origin = { id, title, manifest, sources, createdAt, apps, usedAt: Date.now() };
  return { ...origin, disk: { bytes, base }, bytes: incoming.bytes, suspended, checkpoints };
}
