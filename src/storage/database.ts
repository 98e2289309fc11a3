import { AppError } from '#domain/errors/index.ts';
import type { MachineRecord } from '#ports/machine-records.ts';
import { Dexie, type Table } from 'dexie';
import type { ContainerRecord } from './container-records.ts';
import type { CatalogRow, SourceRow } from './sources/source-store.ts';

/** Verified bytes under their digest. */
export interface ContentRow {
  readonly digest: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A piece of a state that an earlier version saved: a zstd frame and the SHA-256 of its content. */
export interface StateRow {
  readonly machine: string;
  readonly generation: number;
  readonly index: number;
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly digest: string;
}

/** Of the rows of machines. Raised when an older program could not read them. */
export const MACHINE_FORM = 1;

/** A machine, as this version writes it down. */
export interface MachineRow extends MachineRecord {
  readonly form: number;
  /** What an earlier version kept of it in `states`. */
  readonly earlier?: EarlierState | undefined;
}

/** Which generation of a state in `states` is whole, and who saved it. */
export interface EarlierState {
  readonly engineVersion: string;
  readonly generation: number;
  readonly pieces: number;
}

/** A machine of versions 1 and 2: one that is suspended. */
interface SuspendedRow extends EarlierState {
  readonly id: string;
  readonly savedAt: number;
  readonly bytes: number;
}

/** A source, and its place in the user's order. */
export interface PlacedSourceRow extends SourceRow {
  readonly place: number;
}

/** What this origin keeps in IndexedDB. */
export class PortolanDatabase extends Dexie {
  readonly contents!: Table<ContentRow, string>;
  readonly states!: Table<StateRow, [string, number, number]>;
  readonly machines!: Table<MachineRow, string>;
  readonly containers!: Table<ContainerRecord, string>;
  readonly sources!: Table<PlacedSourceRow, string>;
  readonly catalogs!: Table<CatalogRow, string>;

  constructor(name = 'portolan') {
    super(name);
    this.version(1).stores({
      contents: 'digest',
      states: '[machine+generation+index], machine',
      machines: 'id, savedAt',
    });
    this.version(2)
      .stores({ containers: 'digest', sources: 'url, place', catalogs: 'url' })
      .upgrade((transaction) => transaction.table('machines').toCollection().modify(withSources));
    // The states themselves stay where they are until their machines have gone on from them.
    this.version(3)
      .stores({ machines: 'id' })
      .upgrade((transaction) => transaction.table('machines').toCollection().modify(withForm));
  }
}

/** Machines of version 1 have one catalog. */
function withSources(row: { catalogUrl?: string; sources?: readonly string[] }): void {
  row.sources = row.catalogUrl === undefined ? [] : [row.catalogUrl];
  delete row.catalogUrl;
}

/** Machines of version 2 have nothing but a suspended state. */
function withForm(row: SuspendedRow, ref: { value: object }): void {
  const { engineVersion, generation, pieces, savedAt, bytes, ...rest } = row;
  ref.value = {
    ...rest,
    form: MACHINE_FORM,
    createdAt: savedAt,
    usedAt: savedAt,
    disk: undefined,
    bytes,
    suspended: { savedAt, bytes },
    checkpoints: [],
    earlier: { engineVersion, generation, pieces },
  };
}

/**
 * Runs `work` on the database and gives its errors codes.
 * @param what names what was to be kept, as in “no room left for the machine’s state”
 * @throws AppError `storage/full`, `storage/unavailable`
 */
export async function stored<T>(what: string, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (isQuotaError(error)) throw new AppError('storage/full', { what }, { cause: error });
    throw new AppError('storage/unavailable', { detail: messageOf(error) }, { cause: error });
  }
}

/** Dexie wraps the browser's error, once or twice. */
function isQuotaError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('name' in error && error.name === 'QuotaExceededError') return true;
  return 'inner' in error && error.inner !== error && isQuotaError(error.inner);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
