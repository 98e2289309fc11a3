import type { ChunkRecord } from '#domain/container/index.ts';
import { encodePng, type Rgb } from './png.ts';

/** Pixels along each side of the picture. */
const PIXELS = 512;

/** A sea chart: deep water where the disk is empty, shallows where it compresses well, land where it does not. */
const PALETTE: readonly Rgb[] = [
  [11, 32, 56],
  [16, 52, 80],
  [21, 78, 104],
  [36, 110, 126],
  [68, 143, 148],
  [122, 176, 166],
  [183, 204, 180],
  [222, 214, 178],
  [238, 224, 184],
  [246, 236, 206],
];

/**
 * Draws a disk as a PNG picture: the chunks that hold something, in order along a Hilbert curve, so that neighbours on the
 * disk are neighbours in the picture, coloured by how well they compress among themselves.
 */
export function drawThumbnail(records: readonly ChunkRecord[]): Uint8Array {
  const lengths = records.map(({ compressedLength }) => compressedLength).filter((length) => length > 0);
  const colours = coloursOf(lengths);
  const side = sideFor(lengths.length);
  const scale = PIXELS / side;
  const pixels = new Uint8Array(PIXELS * PIXELS);
  for (const [i, colour] of colours.entries()) {
    const [x, y] = hilbertPoint(side, i);
    for (let row = y * scale; row < (y + 1) * scale; row++)
      pixels.fill(colour, row * PIXELS + x * scale, row * PIXELS + (x + 1) * scale);
  }
  return encodePng(PIXELS, PIXELS, pixels, PALETTE);
}

/** The smallest power of two whose square has room for all; at most a pixel each. */
function sideFor(cells: number): number {
  return Math.min(PIXELS, 2 ** Math.ceil(Math.log2(Math.max(1, cells)) / 2));
}

/** A palette index for each length, by its rank, so that every disk shows all of the palette; 0 stays for the sea. */
function coloursOf(lengths: readonly number[]): number[] {
  const sorted = lengths.toSorted((a, b) => a - b);
  const rank = new Map(sorted.map((length, i) => [length, i / sorted.length]));
  return lengths.map((length) => 1 + Math.floor((rank.get(length) ?? 0) * (PALETTE.length - 1)));
}

/**
 * The point at distance `d` along the Hilbert curve through a square of `side` cells (Wikipedia, "Hilbert curve", d2xy).
 * @returns column and row
 */
export function hilbertPoint(side: number, d: number): [x: number, y: number] {
  let [x, y, rest] = [0, 0, d];
  for (let s = 1; s < side; s *= 2) {
    const rx = 1 & (rest >> 1);
    const ry = 1 & (rest ^ rx);
    if (ry === 0) {
      if (rx === 1) [x, y] = [s - 1 - x, s - 1 - y];
      [x, y] = [y, x];
    }
    x += s * rx;
    y += s * ry;
    rest >>= 2;
  }
  return [x, y];
}
