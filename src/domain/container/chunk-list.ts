import { AppError } from '../errors/index.ts';
import { digestFromBytes, digestToBytes, type Digest } from './descriptor.ts';

/** Uncompressed bytes in a chunk; the last chunk of a blob may be shorter. */
export const CHUNK_BYTES = 128 * 1024;

/** u32le compressed length, then 32 bytes of SHA-256 (media type `…chunks.v1`). */
const RECORD_BYTES = 36;

/**
 * The zstd frame of a chunk of zeros (RFC 8878): magic, single segment with a 4-byte content size of 131072,
 * one last RLE block of 131072 times 0. The list writes such a chunk as length 0; the blob still carries this
 * frame, so that `zstd -d` of the blob is the disk and offsets can be added up. A shorter last chunk is never written as 0.
 */
export const ZERO_FRAME = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0x00, 0x00, 0x02, 0x00, 0x03, 0x00, 0x10, 0x00);

/** One chunk of a compressed blob. */
export interface ChunkRecord {
  /** Where the chunk's zstd frame begins in the blob, in bytes. */
  readonly offset: number;
  /** Length of the frame in bytes; 0 = all zeros, nothing to fetch (see ZERO_FRAME). */
  readonly compressedLength: number;
  /** SHA-256 of the uncompressed chunk. */
  readonly digest: Digest;
}

/** Encodes a chunk list: 36 bytes for each chunk, in the order of the blob. */
export function encodeChunkList(records: readonly Omit<ChunkRecord, 'offset'>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(records.length * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, record] of records.entries()) {
    view.setUint32(i * RECORD_BYTES, record.compressedLength, true);
    bytes.set(digestToBytes(record.digest), i * RECORD_BYTES + 4);
  }
  return bytes;
}

/**
 * Decodes a chunk list and adds up the offsets.
 * @param blobBytes length of the compressed blob that the list describes
 * @throws AppError `format/invalid` when the list is cut short or does not fit the blob
 */
export function decodeChunkList(bytes: Uint8Array, blobBytes: number): readonly ChunkRecord[] {
  if (bytes.length % RECORD_BYTES !== 0)
    throw invalid(`${bytes.length} bytes are not whole records of ${RECORD_BYTES}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: ChunkRecord[] = [];
  const digestOf = digestReader();
  let offset = 0;
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const compressedLength = view.getUint32(at, true);
    records.push({ offset, compressedLength, digest: digestOf(bytes.subarray(at + 4, at + RECORD_BYTES)) });
    offset += compressedLength || ZERO_FRAME.length;
  }
  if (offset > blobBytes) throw invalid(`its chunks end at ${offset}, the blob at ${blobBytes}`);
  return records;
}

/** Disks are mostly zeros: thousands of the same digest in a row, read once. Lists are decoded on the page's thread too. */
function digestReader(): (bytes: Uint8Array) => Digest {
  let last: { readonly bytes: Uint8Array; readonly digest: Digest } | undefined;
  return (bytes) => {
    if (!last?.bytes.every((byte, i) => byte === bytes[i])) last = { bytes, digest: digestFromBytes(bytes) };
    return last.digest;
  };
}

function invalid(detail: string): AppError {
  return new AppError('format/invalid', { what: 'The chunk list', detail });
}
