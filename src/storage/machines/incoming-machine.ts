import { decodeDiskPiece, DISK_PIECE_BYTES, type BackupState } from '#domain/backup/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { DiskCopy, type OverlayFiles, type SyncFile } from '#domain/overlay/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { KeptContents, KeptPart } from '#ports/kept-machines.ts';
import { STATE_PREFIX, type MachineFolder } from './folder-machine.ts';
import { encodeNote } from './state-note.ts';

/** The file that marks a folder as one that is being imported, open for as long as that goes on. */
export const INCOMING = 'incoming';

/**
 * Writes the files of a machine. They are a machine only when it returns: the list of what its disk consists of comes last.
 * @param files empty; closed afterwards
 */
export async function writeMachine(
  files: OverlayFiles,
  folder: MachineFolder,
  { disk, states }: KeptContents,
  parts: AsyncIterable<KeptPart>,
): Promise<void> {
  const writer = new StateWriter(folder, states);
  try {
    const checkpoints = states.map((state) => ({
      id: state.id,
      note: noteOf(state),
      spans: state.spans,
      grownTo: state.grownTo,
    }));
    const { bytes, base } = disk;
    const copy = new DiskCopy(files, { ...disk, disk: { bytes, base }, checkpoints });
    const compression = await folder.compression();
    for await (const part of parts) {
      if (part.type === 'disk') addPiece(copy, part.bytes, compression);
      else await writer.write(part.state, part.bytes);
    }
    writer.close();
    asAltered(() => copy.finish());
  } finally {
    writer.drop();
    for (const file of [files.log, ...files.manifests]) file.close();
  }
}

function noteOf({ kind, name, engineVersion, savedAt, bytes, pieces, spans }: BackupState): string {
  return encodeNote({ kind, name, engineVersion, savedAt, bytes, pieces, version: spans.at(-1)?.[1] ?? 0 });
}

function addPiece(copy: DiskCopy, frame: Uint8Array<ArrayBuffer>, compression: Compression): void {
  asAltered(() => {
    for (const entry of decodeDiskPiece(compression.decompress(frame, DISK_PIECE_BYTES))) copy.add(entry);
  });
}

/** What cannot be a machine was not exported as one, though its sums may fit. */
function asAltered(work: () => void): void {
  try {
    work();
  } catch (error) {
    const isForm = error instanceof RangeError || (error instanceof AppError && error.code === 'format/invalid');
    if (!isForm) throw error;
    throw new AppError('backup/altered', { detail: 'its disk is not valid' }, { cause: error });
  }
}

/** Writes the files of states, one after the other. */
class StateWriter {
  readonly #folder: MachineFolder;
  readonly #states: readonly BackupState[];
  #open: { readonly state: number; readonly file: SyncFile } | undefined;

  constructor(folder: MachineFolder, states: readonly BackupState[]) {
    this.#folder = folder;
    this.#states = states;
  }

  async write(state: number, bytes: Uint8Array): Promise<void> {
    if (this.#open?.state !== state) this.close();
    this.#open ??= { state, file: await this.#openFile(state) };
    this.#open.file.write(this.#open.file.size, bytes);
  }

  /** Puts on the device what was written. */
  close(): void {
    this.#open?.file.flush();
    this.drop();
  }

  drop(): void {
    this.#open?.file.close();
    this.#open = undefined;
  }

  async #openFile(state: number): Promise<SyncFile> {
    const { folders, name } = this.#folder;
    const [file] = await folders.open(name, [STATE_PREFIX + (this.#states[state]?.id ?? '')]);
    if (!file) throw new AppError('app/unexpected', { detail: 'a state’s file is missing' });
    return file;
  }
}
