import { DigestSchema, type Digest } from '#domain/container/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import * as v from 'valibot';
import { piecesOf, type Container, type PartName, type Piece } from './container.ts';
import type { Origin } from './chunk-reader.ts';

const Bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const PartStatusSchema = v.object({
  /** `documents`, `disk`, `packages`, `snapshots/<n>`. */
  part: v.string(),
  /** Bytes to download. What an earlier part has as well counts there. */
  total: Bytes,
  here: Bytes,
  /** Which of its chunks are here: a bit for each, lowest first, in base64; chunks of zeros always are. Not for documents. */
  map: v.optional(v.string()),
});

/** What of a container is on this device: the answer of `c/<manifest digest>/status`. */
export const ContainerStatusSchema = v.object({
  digest: DigestSchema,
  /** False while its documents are not here: then nothing else can be told. */
  known: v.boolean(),
  title: v.string(),
  version: v.string(),
  /** Bytes to download to have all of it, and how many of them are here. */
  total: Bytes,
  here: Bytes,
  parts: v.array(PartStatusSchema),
  /** Bytes that were read through this server since it started, by where they came from. */
  served: v.object({ memory: Bytes, device: Bytes, network: Bytes }),
});
export type ContainerStatus = v.InferOutput<typeof ContainerStatusSchema>;
export type PartStatus = v.InferOutput<typeof PartStatusSchema>;

/** The status of a container whose documents are on the device. */
export async function describeContainer(
  container: Container,
  store: ContentStore,
  served: Readonly<Record<Origin, number>>,
): Promise<ContainerStatus> {
  const pieces = await container.pieces();
  const missing = new Set(await store.missing(pieces.map(({ digest }) => digest)));
  const tally = new Tally(missing);
  const documents = container.documents.map(({ digest, size }) => ({ digest, bytes: size }));
  const parts: PartStatus[] = [{ part: 'documents', ...tally.count(documents) }];
  for (const name of container.partNames) parts.push(await describePart(container, name, tally));
  const { title, version } = container;
  const sum = (key: 'total' | 'here'): number => parts.reduce((bytes, part) => bytes + part[key], 0);
  return {
    digest: container.digest,
    known: container.index.every((digest) => !missing.has(digest)),
    title,
    version,
    total: sum('total'),
    here: sum('here'),
    parts,
    served,
  };
}

/** The status of a container of which not even the documents are here. */
export function describeUnknown(digest: Digest, served: Readonly<Record<Origin, number>>): ContainerStatus {
  return { digest, known: false, title: '', version: '', total: 0, here: 0, parts: [], served };
}

/** Reads a part's map: true for each chunk that is here. */
export function chunksHere({ map = '' }: PartStatus, chunks: number): readonly boolean[] {
  const bits = atob(map);
  return Array.from({ length: chunks }, (_, i) => ((bits.charCodeAt(i >> 3) >> (i & 7)) & 1) === 1);
}

async function describePart(container: Container, part: PartName, tally: Tally): Promise<PartStatus> {
  const opened = await container.part(part);
  const bits = new Uint8Array(Math.ceil(opened.records.length / 8));
  for (const [i, { digest, compressedLength }] of opened.records.entries()) {
    if (compressedLength === 0 || tally.isHere(digest)) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return { part, ...tally.count(piecesOf(opened)), map: btoa(String.fromCharCode(...bits)) };
}

/** Counts each piece once, where it is met first. */
class Tally {
  readonly #missing: ReadonlySet<Digest>;
  readonly #counted = new Set<Digest>();

  constructor(missing: ReadonlySet<Digest>) {
    this.#missing = missing;
  }

  isHere(digest: Digest): boolean {
    return !this.#missing.has(digest);
  }

  count(pieces: readonly Piece[]): { readonly total: number; readonly here: number } {
    let [total, here] = [0, 0];
    for (const { digest, bytes } of pieces) {
      if (this.#counted.has(digest)) continue;
      this.#counted.add(digest);
      total += bytes;
      if (this.isHere(digest)) here += bytes;
    }
    return { total, here };
  }
}
