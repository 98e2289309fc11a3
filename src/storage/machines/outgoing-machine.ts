import { DISK_PIECE_ENTRIES, encodeDiskPiece, STATE_PIECE_BYTES } from '#domain/backup/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { OverlayLog, type DiskEntry, type DiskIdentity, type OverlayFiles } from '#domain/overlay/index.ts';
import type { KeptContents, KeptPart, OutgoingMachine } from '#ports/kept-machines.ts';
import { DraftFile } from './draft-file.ts';
import { STATE_PREFIX, type MachineFolder } from './folder-machine.ts';
import { undoUnfinishedFill } from './kept-disk.ts';
import { decodeNote, isOfDisk, type NotedState } from './state-note.ts';

/** zstd's fastest ordinary level: someone waits for the file. */
const LEVEL = 1;

/**
 * Reads what a machine keeps, as its next opening would find it. On the device nothing changes, so that a machine can be
 * exported from a device that is full.
 * @throws AppError `storage/damaged`, `storage/newer`
 */
export function readMachine(files: OverlayFiles, disk: DiskIdentity, folder: MachineFolder): OutgoingMachine {
  const [first, second] = files.manifests;
  const drafts = { log: new DraftFile(files.log), manifests: [new DraftFile(first), new DraftFile(second)] } as const;
  const log = OverlayLog.open(drafts, disk);
  const states = tidied(log);
  const close = (): void => {
    for (const file of [drafts.log, ...drafts.manifests]) file.close();
  };
  return { contents: contentsOf(log, states), parts: () => partsOf(log, states, folder), close };
}

/** The states that are whole; what a crash has left is forgotten. */
function tidied(log: OverlayLog): readonly NotedState[] {
  undoUnfinishedFill(log);
  const states = log.checkpoints.map(decodeNote).filter((state) => state !== undefined);
  const wanted = states.filter((state) => state.kind === 'checkpoint' || isOfDisk(state, log));
  const ids = new Set(wanted.map(({ id }) => id));
  for (const { id } of log.checkpoints) if (!ids.has(id)) log.forget(id);
  return wanted;
}

function contentsOf(log: OverlayLog, noted: readonly NotedState[]): KeptContents {
  const { disk, grownTo, nextRecord, head, checkpoints, entries } = log.outline();
  const states = noted.map(({ id, kind, name, engineVersion, savedAt, bytes, pieces, ...state }) => {
    const spans = checkpoints.find((each) => each.id === id)?.spans ?? [];
    return { id, kind, name, engineVersion, savedAt, bytes, pieces, spans, grownTo: state.grownTo };
  });
  return { disk: { ...disk, grownTo, nextRecord, head, entries }, states };
}

async function* partsOf(
  log: OverlayLog,
  states: readonly NotedState[],
  folder: MachineFolder,
): AsyncGenerator<KeptPart, void> {
  const compression = await folder.compression();
  for (const entries of grouped(log.entries())) {
    yield { type: 'disk', bytes: compression.compress(encodeDiskPiece(entries), LEVEL) };
  }
  for (const [state, { id, bytes }] of states.entries()) {
    for await (const piece of stateFile(folder, id, bytes)) yield { type: 'state', state, bytes: piece };
  }
}

function* grouped(entries: Iterable<DiskEntry>): Generator<readonly DiskEntry[]> {
  let group: DiskEntry[] = [];
  for (const entry of entries) {
    group.push(entry);
    if (group.length < DISK_PIECE_ENTRIES) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function* stateFile(
  { folders, name }: MachineFolder,
  id: string,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const [file] = await folders.open(name, [STATE_PREFIX + id]);
  try {
    for (let at = 0; at < size; at += STATE_PIECE_BYTES) {
      const piece = new Uint8Array(Math.min(STATE_PIECE_BYTES, size - at));
      if (file?.read(at, piece) !== piece.length) throw new AppError('state/corrupt', { detail: 'it is cut short' });
      yield piece;
    }
  } finally {
    file?.close();
  }
}
