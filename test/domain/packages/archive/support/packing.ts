import { crc32, gzipSync } from 'node:zlib';

/** What tests pack with where xz and zstd may not be installed: valid streams, if larger than they could be. */
export type Packing = 'none' | 'gzip' | 'xz' | 'zstd';

export const PACKINGS: readonly Packing[] = ['none', 'gzip', 'xz', 'zstd'];
export const EXTENSIONS: Readonly<Record<Packing, string>> = { none: '', gzip: '.gz', xz: '.xz', zstd: '.zst' };

export function pack(content: Uint8Array, packing: Packing): Uint8Array {
  if (packing === 'gzip') return gzipSync(content);
  if (packing === 'xz') return Buffer.concat([...xzStream([content])]);
  return packing === 'zstd' ? zstdFrame(content) : content;
}

const XZ_FLAGS = Uint8Array.of(0, 1);
const XZ_BLOCK_HEAD = withCrc(Uint8Array.of(2, 0, 0x21, 1, 16, 0, 0, 0));
const LZMA2_CHUNK = 65_536;

/** An .xz stream of chunks of LZMA2 that are stored as they are, with CRC32 (the .xz file format, LZMA2). */
export function* xzStream(content: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  yield Buffer.concat([Buffer.from('\xfd7zXZ\0', 'latin1'), XZ_FLAGS, littleEndian(crc32(XZ_FLAGS))]);
  yield XZ_BLOCK_HEAD;
  let [packed, unpacked, check] = [XZ_BLOCK_HEAD.length, 0, 0];
  for (const chunk of inChunks(content, LZMA2_CHUNK)) {
    const size = chunk.length - 1;
    yield Uint8Array.of(unpacked === 0 ? 1 : 2, size >> 8, size & 0xff);
    yield chunk;
    packed += 3 + chunk.length;
    unpacked += chunk.length;
    check = crc32(chunk, check);
  }
  packed += 1;
  const end = [0, ...zerosTo4(packed), ...littleEndian(check)];
  yield Uint8Array.from(end);
  const list = [0, 1, ...variable(packed + 4), ...variable(unpacked)];
  const index = withCrc(Uint8Array.from([...list, ...zerosTo4(list.length)]));
  yield index;
  const footer = Uint8Array.from([...littleEndian(index.length / 4 - 1), ...XZ_FLAGS]);
  yield Uint8Array.from([...littleEndian(crc32(footer)), ...footer, 0x59, 0x5a]);
}

/** A zstd frame of stored blocks that does not say how much it holds (RFC 8878), as dpkg-deb's do not. */
function zstdFrame(content: Uint8Array): Uint8Array {
  const blocks = [...inChunks([content], 131_072)];
  const last = blocks.length - 1;
  const head = ({ length }: Uint8Array, at: number): Uint8Array =>
    littleEndian((length << 3) | (at === last ? 1 : 0)).subarray(0, 3);
  const stored = blocks.flatMap((block, at) => [head(block, at), block]);
  return Buffer.concat([
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58),
    ...(last < 0 ? [Uint8Array.of(1, 0, 0)] : stored),
  ]);
}

function* inChunks(content: Iterable<Uint8Array>, most: number): Generator<Uint8Array, void> {
  for (const piece of content) for (let at = 0; at < piece.length; at += most) yield piece.subarray(at, at + most);
}

function withCrc(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, littleEndian(crc32(bytes))]);
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function zerosTo4(length: number): number[] {
  return Array.from({ length: (4 - (length % 4)) % 4 }, () => 0);
}

/** Seven bits a byte, the lowest first. */
function variable(value: number): number[] {
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...digits, rest];
    digits.push((rest % 128) | 0x80);
  }
}
