import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32Of } from '../../publishing/container/crc32.ts';
import { encodePng } from '../../publishing/container/png.ts';
import { hilbertPoint } from '../../publishing/container/thumbnail.ts';

test('checks with the value that every CRC-32 gives for 123456789', () => {
  expect(crc32Of(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('visits each cell once, going from neighbour to neighbour', () => {
  const points = Array.from({ length: 256 }, (_, i) => hilbertPoint(16, i));
  expect(new Set(points.map(String)).size).toBe(256);
  for (const [i, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[i + 1] ?? [x, y + 1];
    if (i < 255) expect(Math.abs(x - nextX) + Math.abs(y - nextY)).toBe(1);
  }
});

test('writes rows of palette indexes', () => {
  const png = Buffer.from(
    encodePng(2, 2, Uint8Array.of(0, 1, 1, 0), [
      [0, 0, 0],
      [255, 255, 255],
    ]),
  );
  const data = png.indexOf('IDAT');
  const length = png.readUInt32BE(data - 4);
  expect([...inflateSync(png.subarray(data + 4, data + 4 + length))]).toEqual([0, 0, 1, 0, 1, 0]);
});
