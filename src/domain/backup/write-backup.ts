import { bytesOfString } from '../bytes/index.ts';
import { encodeDescription, type BackupDescription } from './description.ts';
import { DESCRIPTION_NAME, diskPieceName, statePieceName } from './names.ts';
import type { ContentPart } from './read-backup.ts';
import { Sums, SUMS_NAME, type Sha256 } from './sums.ts';
import { encodeHeader, paddingOf, TAR_END_BYTES } from './tar.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a state's file that make one entry; the last one has what is left. */
export const STATE_PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Writes a backup.
 * @param parts the disk's pieces, then those of one state after the other, none of them empty
 */
export async function* writeBackup(
  description: BackupDescription,
  parts: AsyncIterable<ContentPart>,
  sha256: Sha256,
): AsyncGenerator<Bytes, void> {
  const sums = new Sums(sha256);
  const text = bytesOfString(encodeDescription(description));
  await sums.add(DESCRIPTION_NAME, text);
  yield* entry(DESCRIPTION_NAME, text);
  const pieces = new Map<number, number>();
  for await (const part of parts) {
    const group = part.type === 'disk' ? -1 : part.state;
    const piece = pieces.get(group) ?? 0;
    pieces.set(group, piece + 1);
    const name = part.type === 'disk' ? diskPieceName(piece) : statePieceName(part.state, piece);
    await sums.add(name, part.bytes);
    yield* entry(name, part.bytes);
  }
  yield* entry(SUMS_NAME, bytesOfString(sums.text));
  yield new Uint8Array(TAR_END_BYTES);
}

function* entry(name: string, bytes: Bytes): Generator<Bytes> {
  yield encodeHeader({ name, size: bytes.length });
  yield bytes;
  if (paddingOf(bytes.length) > 0) yield new Uint8Array(paddingOf(bytes.length));
}
