import { AppError } from '#domain/errors/index.ts';
import type { SyncFile } from '#domain/overlay/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { KeptMachine, SavedState, StateDescription } from '#ports/kept-machines.ts';
import type { Overlay } from '#ports/overlay.ts';
import type { SyncFolders } from '#ports/sync-folders.ts';
import type { KeptDisk } from './kept-disk.ts';
import { readState, writeState } from './state-file.ts';
import { decodeNote, encodeNote, isOfDisk, type NotedState } from './state-note.ts';

/** Before the id of a state in the name of its file. */
export const STATE_PREFIX = 'state-';
/** The note of a state that is being saved. */
const UNFINISHED = '';

/** Where a machine's files are. */
export interface MachineFolder {
  readonly folders: SyncFolders;
  readonly name: string;
  readonly compression: () => Promise<Compression>;
}

/**
 * A machine's folder: the log of its disk, and a file for each saved state. The log's manifest says which states there are,
 * each as the note of a checkpoint of the disk that it belongs to; a file that no checkpoint names is left over.
 */
export class FolderMachine implements KeptMachine {
  readonly #disk: KeptDisk;
  readonly #folder: MachineFolder;

  /** Opens it, and clears away what a crash has left unfinished. */
  static async open(disk: KeptDisk, folder: MachineFolder): Promise<FolderMachine> {
    const machine = new FolderMachine(disk, folder);
    try {
      await machine.#tidy();
      return machine;
    } catch (error) {
      disk.close();
      throw error;
    }
  }

  private constructor(disk: KeptDisk, folder: MachineFolder) {
    this.#disk = disk;
    this.#folder = folder;
  }

  get disk(): Overlay {
    return this.#disk;
  }

  get size(): number {
    return this.#disk.size;
  }

  get bytes(): number {
    return this.states.reduce((sum, { bytes }) => sum + bytes, this.#disk.bytes);
  }

  get states(): readonly NotedState[] {
    return this.#disk.checkpoints.map(decodeNote).filter((state) => state !== undefined);
  }

  get fitting(): SavedState | undefined {
    return this.states.findLast((state) => isOfDisk(state, this.#disk));
  }

  async save(about: StateDescription, parts: readonly Uint8Array[]): Promise<SavedState> {
    const before = about.kind === 'suspended' ? this.#suspended() : [];
    const state = await this.#write(about, parts);
    // Should one stay, it does not fit the disk, and goes at the next opening.
    for (const old of before) await this.forget(old.id).catch(() => undefined);
    return state;
  }

  async load(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const state = this.#state(id);
    const compression = await this.#folder.compression();
    return this.#withFile(id, (file) => readState(file, state, compression));
  }

  goBack(id: string): void {
    if (!isOfDisk(this.#state(id), this.#disk)) this.#disk.restore(id);
  }

  grow(bytes: number): void {
    this.#disk.grow(bytes);
  }

  async forget(id: string): Promise<void> {
    this.#disk.forget(id);
    await this.#folder.folders.removeFile(this.#folder.name, STATE_PREFIX + id);
  }

  close(): void {
    this.#disk.close();
  }

  /** The checkpoint is there first, and the state when its note is. */
  async #write(about: StateDescription, parts: readonly Uint8Array[]): Promise<SavedState> {
    const id = crypto.randomUUID();
    const { version } = this.#disk;
    this.#disk.checkpoint(id, UNFINISHED);
    try {
      const compression = await this.#folder.compression();
      const extent = await this.#withFile(id, (file) => writeState(file, parts, compression));
      const state = { ...about, ...extent, id, version };
      this.#disk.annotate(id, encodeNote(state));
      return state;
    } catch (error) {
      await this.forget(id).catch(() => undefined);
      throw error;
    }
  }

  async #tidy(): Promise<void> {
    const unfinished = this.#disk.checkpoints.filter(({ note }) => note === UNFINISHED);
    // A machine that was resumed and ran on has left its suspended state behind.
    const left = this.#suspended().filter((state) => !isOfDisk(state, this.#disk));
    for (const { id } of [...unfinished, ...left]) this.#disk.forget(id);
    await this.#removeOrphans();
  }

  async #removeOrphans(): Promise<void> {
    const { folders, name } = this.#folder;
    const wanted = new Set(this.#disk.checkpoints.map(({ id }) => STATE_PREFIX + id));
    for (const file of await folders.files(name)) {
      if (file.name.startsWith(STATE_PREFIX) && !wanted.has(file.name)) await folders.removeFile(name, file.name);
    }
  }

  #suspended(): readonly NotedState[] {
    return this.states.filter(({ kind }) => kind === 'suspended');
  }

  #state(id: string): NotedState {
    const state = this.states.find((each) => each.id === id);
    if (!state) throw new AppError('state/corrupt', { detail: 'it is not on this device' });
    return state;
  }

  async #withFile<T>(id: string, work: (file: SyncFile) => Promise<T>): Promise<T> {
    const [file] = await this.#folder.folders.open(this.#folder.name, [STATE_PREFIX + id]);
    if (!file) throw new AppError('app/unexpected', { detail: 'a state’s file is missing' });
    try {
      return await work(file);
    } finally {
      file.close();
    }
  }
}
