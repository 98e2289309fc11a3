import { concatBytes } from '#domain/bytes/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { MachineRecord, StateStore } from '#ports/state-store.ts';
import { stored, type MachineRow, type PortolanDatabase, type StateRow } from './database.ts';
import { sha256 } from './digest.ts';

/** Bytes of a state that make one piece: large enough to compress well, small enough to hold many at once. */
const PIECE_BYTES = 1024 * 1024;
/** zstd's fastest ordinary level: a state is written while someone waits. */
const LEVEL = 1;

/** Saved states in IndexedDB: pieces first, then the record that makes them count. */
export class IndexedStateStore implements StateStore {
  readonly #database: PortolanDatabase;
  readonly #compression: () => Promise<Compression>;

  constructor(database: PortolanDatabase, compression: () => Promise<Compression>) {
    this.#database = database;
    this.#compression = compression;
  }

  async list(): Promise<MachineRecord[]> {
    return stored('the machine', () => this.#database.machines.orderBy('savedAt').reverse().toArray());
  }

  async save(record: Omit<MachineRecord, 'bytes'>, state: readonly Uint8Array[]): Promise<MachineRecord> {
    const previous = await stored('the machine', () => this.#database.machines.get(record.id));
    const generation = (previous?.generation ?? 0) + 1;
    // What an interrupted save of this generation left.
    await this.#drop(record.id, (row) => row.generation !== previous?.generation);
    const row = await this.#writeWhole(record, generation, state);
    await this.#drop(record.id, (piece) => piece.generation !== generation);
    return row;
  }

  async load(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const record = await stored('the machine', () => this.#database.machines.get(id));
    if (!record) throw new AppError('state/corrupt', { detail: 'it is not on this device' });
    const pieces = await stored('the machine', () =>
      this.#database.states
        .where('[machine+generation+index]')
        .between([id, record.generation, 0], [id, record.generation, record.pieces])
        .toArray(),
    );
    if (pieces.length !== record.pieces) throw new AppError('state/corrupt', { detail: 'a piece of it is missing' });
    return this.#join(pieces);
  }

  async remove(id: string): Promise<void> {
    await stored('the machine', () => this.#database.machines.delete(id));
    await this.#drop(id, () => true);
  }

  /** All of it or nothing: half a state would take room on a device that has none left. */
  async #writeWhole(
    record: Omit<MachineRecord, 'bytes'>,
    generation: number,
    state: readonly Uint8Array[],
  ): Promise<MachineRow> {
    try {
      const written = await this.#writePieces(record.id, generation, state);
      const row: MachineRow = { ...record, generation, ...written };
      await stored('the machine', () => this.#database.machines.put(row));
      return row;
    } catch (error) {
      await this.#drop(record.id, (piece) => piece.generation === generation).catch(() => undefined);
      throw error;
    }
  }

  async #writePieces(
    machine: string,
    generation: number,
    state: readonly Uint8Array[],
  ): Promise<{ pieces: number; bytes: number }> {
    const compression = await this.#compression();
    let bytes = 0;
    let index = 0;
    for (const content of piecesOf(state)) {
      const frame = compression.compress(content, LEVEL);
      const row: StateRow = { machine, generation, index: index++, frame, digest: await sha256(content) };
      await stored('the machine’s state', () => this.#database.states.put(row));
      bytes += frame.length;
    }
    return { pieces: index, bytes };
  }

  async #join(pieces: readonly StateRow[]): Promise<Uint8Array<ArrayBuffer>> {
    const compression = await this.#compression();
    const contents = pieces.map((piece) => unpack(piece, compression));
    for (const [i, content] of contents.entries()) {
      if ((await sha256(content)) !== pieces[i]?.digest)
        throw new AppError('state/corrupt', { detail: 'a piece of it changed' });
    }
    return concatBytes(contents);
  }

  async #drop(machine: string, which: (row: StateRow) => boolean): Promise<void> {
    await stored('the machine', () => this.#database.states.where('machine').equals(machine).filter(which).delete());
  }
}

/** Copies of at most `PIECE_BYTES`. */
function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield new Uint8Array(part.subarray(at, at + PIECE_BYTES));
  }
}

function unpack(piece: StateRow, compression: Compression): Uint8Array<ArrayBuffer> {
  try {
    return compression.decompress(piece.frame, PIECE_BYTES);
  } catch (cause) {
    throw new AppError('state/corrupt', { detail: 'a piece of it is damaged' }, { cause });
  }
}
