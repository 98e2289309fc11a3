import { decodeChunkList, type ChunkedLayer, type Descriptor, type Digest } from '#domain/container/index.ts';
import { readBlob } from '../reading/blobs.ts';
import { readContainer } from '../reading/containers.ts';
import type { Publication } from '../reading/publication.ts';

/** Something that is fetched and kept by itself: a chunk, or a blob that is read whole. */
export interface Piece {
  /** The part of the container that it belongs to. */
  readonly part: string;
  readonly digest: Digest;
  /** Bytes that fetching it costs. */
  readonly bytes: number;
}

/** All that a device needs to have a container, each piece once. Chunks of zeros are not fetched. */
export async function inventory(publication: Publication, manifest: Descriptor): Promise<readonly Piece[]> {
  const { parts } = await readContainer(publication, manifest);
  const { config, kernel, initrd, trace, thumbnail } = parts;
  const whole = { manifest, config, kernel, initrd, 'boot trace': trace, thumbnail };
  const pieces = Object.entries(whole).flatMap(([part, blob]) => (blob ? [pieceOf(part, blob)] : []));
  pieces.push(...(await chunksOf(publication, 'disk', parts.disk)));
  for (const snapshot of parts.snapshots) pieces.push(...(await chunksOf(publication, 'snapshot', snapshot)));
  return [...new Map(pieces.map((piece) => [piece.digest, piece])).values()];
}

async function chunksOf(publication: Publication, part: string, { blob, chunks }: ChunkedLayer): Promise<Piece[]> {
  const records = decodeChunkList(await readBlob(publication, chunks), blob.size);
  const solid = records.filter(({ compressedLength }) => compressedLength > 0);
  const pieces = solid.map(({ digest, compressedLength }) => ({ part, digest, bytes: compressedLength }));
  return [pieceOf(`${part}, list of chunks`, chunks), ...pieces];
}

function pieceOf(part: string, { digest, size }: Descriptor): Piece {
  return { part, digest, bytes: size };
}
