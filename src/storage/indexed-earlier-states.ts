import { concatBytes } from '#domain/bytes/index.ts';
import type { Compression } from '#ports/compression.ts';
import type { EarlierStates } from '#ports/machine-records.ts';
import { stored, type EarlierState, type PortolanDatabase, type StateRow } from './database.ts';
import { sha256 } from './digest.ts';
import { corruptState, unpackPiece } from './state-piece.ts';

/** Bytes of a state that made one piece. */
const PIECE_BYTES = 1024 * 1024;

/** States in IndexedDB, as versions 1 and 2 of the database had them. */
export class IndexedEarlierStates implements EarlierStates {
  readonly #database: PortolanDatabase;
  readonly #compression: () => Promise<Compression>;

  constructor(database: PortolanDatabase, compression: () => Promise<Compression>) {
    this.#database = database;
    this.#compression = compression;
  }

  async engineOf(id: string): Promise<string | undefined> {
    return (await this.#find(id))?.engineVersion;
  }

  async load(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const earlier = await this.#find(id);
    if (!earlier) throw corruptState('it is not on this device');
    const pieces = await stored('the machine', () =>
      this.#database.states
        .where('[machine+generation+index]')
        .between([id, earlier.generation, 0], [id, earlier.generation, earlier.pieces])
        .toArray(),
    );
    if (pieces.length !== earlier.pieces) throw corruptState('a piece of it is missing');
    return this.#join(pieces);
  }

  async remove(id: string): Promise<void> {
    const { machines, states } = this.#database;
    await stored('the machine', () =>
      this.#database.transaction('rw', machines, states, async () => {
        await machines.update(id, { earlier: undefined });
        await states.where('machine').equals(id).delete();
      }),
    );
  }

  async #find(id: string): Promise<EarlierState | undefined> {
    return (await stored('the machine', () => this.#database.machines.get(id)))?.earlier;
  }

  async #join(pieces: readonly StateRow[]): Promise<Uint8Array<ArrayBuffer>> {
    const compression = await this.#compression();
    const contents = pieces.map((piece) => unpackPiece(piece.frame, PIECE_BYTES, compression));
    for (const [i, content] of contents.entries()) {
      if ((await sha256(content)) !== pieces[i]?.digest) throw corruptState('a piece of it changed');
    }
    return concatBytes(contents);
  }
}
