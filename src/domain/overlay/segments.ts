import { AppError } from '../errors/index.ts';
import { MAX_SEGMENTS } from './form.ts';
import type { SegmentTable } from './segment-table.ts';

/** The segments of a log, by their places. */
export class Segments {
  readonly #tables: (SegmentTable | undefined)[] = [];
  /** Of those that take no more: where their table is written, in bytes from their beginning. */
  readonly #sealed = new Map<number, number>();
  /** Places that a manifest may name of which it is not known whether it was saved. */
  readonly #reserved = new Set<number>();
  #count = 0;

  /** One more than the last place at which a segment is. */
  get end(): number {
    return this.#tables.length;
  }

  get count(): number {
    return this.#count;
  }

  /** Places of those that take no more, and where their tables are. */
  get sealed(): ReadonlyMap<number, number> {
    return this.#sealed;
  }

  /** The table of a segment that is there. */
  table(segment: number): SegmentTable {
    const table = this.#tables[segment];
    if (!table) throw new RangeError(`there is no segment ${segment}`);
    return table;
  }

  /** The table of a segment; undefined where there is none. */
  find(segment: number): SegmentTable | undefined {
    return this.#tables[segment];
  }

  forEach(visit: (table: SegmentTable, segment: number) => void): void {
    this.#tables.forEach((table, segment) => {
      if (table) visit(table, segment);
    });
  }

  /** The lowest place at which nothing is; it may lie past the file's end. @throws AppError `storage/full` */
  freePlace(): number {
    let place = 0;
    while (this.#tables[place] !== undefined || this.#reserved.has(place)) place++;
    if (place >= MAX_SEGMENTS) throw new AppError('storage/full', { what: 'the machine’s disk' });
    return place;
  }

  add(segment: number, table: SegmentTable): void {
    this.#tables[segment] = table;
    this.#count++;
  }

  seal(segment: number, tableAt: number): void {
    this.#sealed.set(segment, tableAt);
  }

  drop(segment: number): void {
    this.#tables[segment] = undefined;
    this.#count--;
    while (this.#tables.length > 0 && this.#tables.at(-1) === undefined) this.#tables.pop();
    this.#sealed.delete(segment);
  }

  /** Keeps a place from being taken until `unreserve`. */
  reserve(segment: number): void {
    this.#reserved.add(segment);
  }

  unreserve(): void {
    this.#reserved.clear();
  }
}
