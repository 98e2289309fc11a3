import { partName, type Descriptor, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { ContentStore } from '#ports/content-store.ts';
import { sha256 } from '../digest.ts';
import { urlOf } from '../remote/chunk-fetcher.ts';
import { fetchBytes, fetchSmall } from '../remote/fetch-bytes.ts';
import type { Attempt, Mirrors, Wanted } from '../remote/mirrors.ts';
import type { ContentWriter } from './content-writer.ts';

/** Most bytes of a document; disks and snapshots go by chunks. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Most bytes of a document whose length nobody has announced: a manifest that is known by its digest alone. */
const MAX_UNANNOUNCED_BYTES = 1024 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** A document to be read: what the error calls it, its digest, and its length if that is known. */
export type DocumentRef = Pick<Descriptor, 'digest' | 'mediaType'> & { readonly size?: number | undefined };

export interface DocumentReaderParts {
  readonly store: ContentStore;
  readonly writer: ContentWriter;
  readonly mirrors: Mirrors;
  /** Hears of what was read but could not be looked up or kept: it is used all the same. */
  readonly onError: (error: AppError) => void;
}

/** A document that was fetched. */
interface Fetched {
  readonly bytes: Bytes;
  /** It is on the device. */
  readonly stored: Promise<void>;
}

/** Reads whole blobs: from the device, else from mirrors; verified, then kept. However many ask for one, it is fetched once. */
export class DocumentReader {
  readonly #parts: DocumentReaderParts;
  readonly #flights = new Map<Digest, Promise<Fetched>>();

  constructor(parts: DocumentReaderParts) {
    this.#parts = parts;
  }

  /** @throws AppError `source/*`, `chunk/digest-mismatch`, `container/unavailable`, `format/invalid` */
  async read(wanted: Wanted, ref: DocumentRef): Promise<Bytes> {
    return (await this.kept(ref.digest)) ?? (await this.#fetchOnce(wanted, ref)).bytes;
  }

  /** The document if it is on the device. */
  async kept(digest: Digest): Promise<Bytes | undefined> {
    try {
      const [bytes] = await this.#parts.store.get([digest]);
      return bytes;
    } catch (error) {
      this.#parts.onError(AppError.from(error));
      return undefined;
    }
  }

  /**
   * Brings documents to the device.
   * @returns bytes that came over the network
   * @throws AppError as `read`, and `storage/*` when they could not be kept
   */
  async ensure(wanted: Wanted, refs: readonly DocumentRef[]): Promise<number> {
    const missing = new Set(await this.#parts.store.missing(refs.map(({ digest }) => digest)));
    const lacking = refs.filter(({ digest }) => missing.delete(digest));
    const fetched = await Promise.all(
      lacking.map(async (ref) => {
        const { bytes, stored } = await this.#fetchOnce(wanted, ref);
        await stored;
        return bytes.length;
      }),
    );
    return fetched.reduce((sum, bytes) => sum + bytes, 0);
  }

  #fetchOnce(wanted: Wanted, ref: DocumentRef): Promise<Fetched> {
    const flight = this.#flights.get(ref.digest) ?? this.#fetch(wanted, ref);
    this.#flights.set(ref.digest, flight);
    const land = (): void => void this.#flights.delete(ref.digest);
    // Until it is stored, the device cannot answer for it.
    flight.then(({ stored }) => stored).then(land, land);
    return flight;
  }

  async #fetch(wanted: Wanted, ref: DocumentRef): Promise<Fetched> {
    const bytes = await this.#parts.mirrors.fetch(wanted, (attempt) => fetchVerified(attempt, ref));
    const stored = this.#parts.writer.put({ digest: ref.digest, bytes });
    stored.catch((error: unknown) => this.#parts.onError(AppError.from(error)));
    return { bytes, stored };
  }
}

async function fetchVerified(attempt: Attempt, { digest, size, mediaType }: DocumentRef): Promise<Bytes> {
  const url = urlOf(attempt.mirror, { digest });
  if (size !== undefined && size > MAX_BYTES) {
    throw new AppError('format/invalid', { what: url, detail: `${size} bytes are too many for one part` });
  }
  const options = { onAnswer: () => attempt.answered() };
  const bytes = await (size === undefined
    ? fetchSmall(url, MAX_UNANNOUNCED_BYTES, options)
    : fetchBytes(url, size, options));
  if ((await sha256(bytes)) === digest) return bytes;
  throw new AppError('chunk/digest-mismatch', { what: partName(mediaType), url });
}
