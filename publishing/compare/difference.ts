import type { Piece } from './inventory.ts';

/** How many pieces, and what fetching them costs. */
export interface Amount {
  readonly pieces: number;
  readonly bytes: number;
}

/** What of a part has to be fetched, and how much all of it is. */
export interface PartDifference {
  readonly part: string;
  readonly fetch: Amount;
  readonly total: Amount;
}

/** What a device that has one container must fetch to have another. */
export interface Difference {
  readonly fetch: Amount;
  readonly total: Amount;
  readonly parts: readonly PartDifference[];
}

/** Compares by digests: a piece that is there need not be fetched, whatever part it was of. */
export function difference(here: readonly Piece[], wanted: readonly Piece[]): Difference {
  const have = new Set(here.map(({ digest }) => digest));
  const isLacking = ({ digest }: Piece): boolean => !have.has(digest);
  const amounts = (pieces: readonly Piece[]) => ({
    fetch: amountOf(pieces.filter(isLacking)),
    total: amountOf(pieces),
  });
  const names = [...new Set(wanted.map(({ part }) => part))];
  const parts = names.map((part) => ({ part, ...amounts(wanted.filter((piece) => piece.part === part)) }));
  return { ...amounts(wanted), parts };
}

function amountOf(pieces: readonly Piece[]): Amount {
  return { pieces: pieces.length, bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0) };
}
