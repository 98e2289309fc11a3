import {
  decodeChunkList,
  type ChunkedLayer,
  type ContainerParts,
  type Descriptor,
  type Digest,
} from '#domain/container/index.ts';
import { readBlob } from '../reading/blobs.ts';
import { readPublished, type PublishedContainer, type PublishedRuntime } from '../reading/containers.ts';
import type { Publication } from '../reading/publication.ts';

/** Something that is fetched and kept by itself: a chunk, or a blob that is read whole. */
export interface Piece {
  /** The part of the container that it belongs to. */
  readonly part: string;
  readonly digest: Digest;
  /** Bytes that fetching it costs. */
  readonly bytes: number;
}

/** All that a device needs to have a container or runtime, each piece once. Chunks of zeros are not fetched. */
export async function inventory(publication: Publication, manifest: Descriptor): Promise<readonly Piece[]> {
  const published = await readPublished(publication, manifest);
  const { config, thumbnail } = published.parts;
  const boot = published.kind === 'container' ? bootPartsOf(published.parts) : {};
  const whole = { manifest, config, ...boot, thumbnail };
  const pieces = Object.entries(whole).flatMap(([part, blob]) => (blob ? [pieceOf(part, blob)] : []));
  for (const [part, layer] of layersOf(published)) pieces.push(...(await chunksOf(publication, part, layer)));
  return [...new Map(pieces.map((piece) => [piece.digest, piece])).values()];
}

function bootPartsOf({ kernel, initrd, trace }: ContainerParts) {
  return { kernel, initrd, 'boot trace': trace };
}

function layersOf({
  kind,
  parts,
}: PublishedContainer | PublishedRuntime): readonly (readonly [string, ChunkedLayer])[] {
  if (kind === 'runtime') return [['packages', parts.packages]];
  return [['disk', parts.disk], ...parts.snapshots.map((layer) => ['snapshot', layer] as const)];
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
