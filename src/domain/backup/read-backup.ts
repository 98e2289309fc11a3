import { stringOfBytes } from '../bytes/index.ts';
import { AppError } from '../errors/index.ts';
import { parseDescription, type BackupDescription } from './description.ts';
import { DESCRIPTION_NAME, diskPieceName, statePieceName } from './names.ts';
import { Sums, SUMS_NAME, type Sha256 } from './sums.ts';
import { TAR_BLOCK } from './tar.ts';
import { TarReader, type ByteSource, type ReadEntry } from './tar-reader.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A piece of a backup, in the order in which they come. */
export type BackupPart = { readonly type: 'description'; readonly description: BackupDescription } | ContentPart;

/** What comes after the description. */
export type ContentPart =
  /** A zstd frame of what `encodeDiskPiece` makes. */
  | { readonly type: 'disk'; readonly bytes: Bytes }
  /** Goes on with the file of the state of this number. */
  | { readonly type: 'state'; readonly state: number; readonly bytes: Bytes };

/** A backup that has been begun to be read. */
export interface OpenBackup {
  readonly description: BackupDescription;
  /** What follows. It is known to be what was exported only when it has ended. */
  readonly parts: AsyncIterable<ContentPart>;
}

/** Begins to read a backup. @throws AppError as `readBackup`, also while `parts` are read */
export async function openBackup(source: ByteSource, sha256: Sha256): Promise<OpenBackup> {
  const all = readBackup(source, sha256);
  const { value: first } = await all.next();
  if (first?.type === 'description') return { description: first.description, parts: contentOf(all) };
  throw new AppError('backup/altered', { detail: 'it does not say which machine it is' });
}

async function* contentOf(parts: AsyncIterable<BackupPart>): AsyncGenerator<ContentPart, void> {
  for await (const part of parts) if (part.type !== 'description') yield part;
}

/**
 * Reads a backup. What it gives is known to be what was exported only when it has ended.
 * @throws AppError `backup/foreign`, `backup/truncated`, `backup/altered`, `backup/newer`
 */
export async function* readBackup(source: ByteSource, sha256: Sha256): AsyncGenerator<BackupPart, void> {
  await expectBackup(source);
  const reader = new TarReader(source);
  const sums = new Sums(sha256);
  const first = await reader.next();
  await sums.add(first.name, first.bytes);
  const description = parseDescription(stringOfBytes(first.bytes));
  yield { type: 'description', description };
  const order = new PartOrder(description);
  for (;;) {
    const entry = await reader.next();
    if (entry.name === SUMS_NAME) return finish(entry, reader, order, sums);
    await sums.add(entry.name, entry.bytes);
    yield order.take(entry);
  }
}

async function finish(list: ReadEntry, reader: TarReader, order: PartOrder, sums: Sums): Promise<void> {
  if (stringOfBytes(list.bytes) !== sums.text)
    throw new AppError('backup/altered', { detail: 'a part of it has changed' });
  await reader.end();
  order.end();
}

/** True for what begins as a backup does, whatever follows. */
export async function beginsAsBackup(source: ByteSource): Promise<boolean> {
  const start = await source.read(0, Math.min(source.size, TAR_BLOCK));
  const name = `${DESCRIPTION_NAME}\0`;
  return stringOfBytes(start.subarray(0, name.length)) === name;
}

/** Tells another kind of file from a backup that is damaged. */
async function expectBackup(source: ByteSource): Promise<void> {
  if (await beginsAsBackup(source)) return;
  throw new AppError('backup/foreign', { detail: source.size === 0 ? 'it is empty' : 'it begins differently' });
}

/** Where the next part belongs: the disk's pieces first, then those of one state after the other. */
class PartOrder {
  readonly #sizes: readonly number[];
  #state = -1;
  #piece = 0;
  #bytes = 0;

  constructor({ states }: BackupDescription) {
    this.#sizes = states.map(({ bytes }) => bytes);
  }

  take({ name, bytes }: ReadEntry): BackupPart {
    if (this.#state < 0 && name === diskPieceName(this.#piece)) {
      this.#piece++;
      return { type: 'disk', bytes };
    }
    this.#skipWhole();
    if (name !== statePieceName(this.#state, this.#piece)) throw outOfOrder();
    this.#piece++;
    this.#bytes += bytes.length;
    return { type: 'state', state: this.#state, bytes };
  }

  end(): void {
    this.#skipWhole();
    if (this.#state < this.#sizes.length) throw outOfOrder();
  }

  /** Goes on to the first state of which something is missing. */
  #skipWhole(): void {
    while (this.#state < this.#sizes.length && this.#bytes >= (this.#sizes[this.#state] ?? 0)) {
      if (this.#bytes > (this.#sizes[this.#state] ?? 0)) throw outOfOrder();
      this.#state++;
      this.#piece = 0;
      this.#bytes = 0;
    }
  }
}

function outOfOrder(): AppError {
  return new AppError('backup/altered', { detail: 'its parts are not those that it should have' });
}
