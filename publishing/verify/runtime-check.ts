import { createHash, type Hash } from 'node:crypto';
import {
  blobPath,
  digestFromBytes,
  digestHex,
  parseJson,
  RuntimeConfigSchema,
  type Digest,
  type RuntimeConfig,
  type RuntimePackage,
  type RuntimeParts,
} from '#domain/container/index.ts';
import { parseIndex } from '#domain/packages/index.ts';
import type { BlobChecks } from './blob-check.ts';
import type { Findings } from './findings.ts';

/** Something that the config says where it is in the content. */
interface Piece {
  readonly what: string;
  readonly offset: number;
  readonly size: number;
  readonly sha256: Digest;
}

/** Checks a runtime: its config, its content down to the chunks, and each package in it. */
export async function checkRuntime(parts: RuntimeParts, blobs: BlobChecks, findings: Findings): Promise<void> {
  const path = blobPath(parts.config.digest);
  const text = await blobs.text(parts.config);
  const config =
    text === undefined ? undefined : await findings.attempt(path, () => parseJson(RuntimeConfigSchema, text, path));
  if (!config) {
    await blobs.chunked(parts.packages);
    return;
  }
  for (const each of config.packages) {
    const wrong = await findings.attempt(path, () => stanzaFault(each));
    if (wrong !== undefined) findings.add(path, wrong);
  }
  const pieces = new PieceHashes(piecesOf(config));
  const size = await blobs.chunked(parts.packages, (content) => pieces.take(content), parts.config.digest);
  // Where a chunk is wrong, that is said already.
  if (size === undefined) return;
  if (size !== config.contentSize) findings.add(path, `it announces ${config.contentSize} bytes; there are ${size}`);
  for (const { what, sha256 } of pieces.wrong())
    findings.add(blobPath(parts.packages.blob.digest), `SHA-256 of ${what} in it is not ${digestHex(sha256)}`);
}

/** What is wrong with what is said of a package. @throws AppError `format/invalid` */
function stanzaFault({ name, version, stanza, size, sha256 }: RuntimePackage): string | undefined {
  const [entry, ...more] = parseIndex(new TextEncoder().encode(stanza)).versions(name);
  if (!entry || more.length > 0 || entry.version !== version) return `the stanza of ${name} is not that of ${version}`;
  if (entry.downloadBytes !== size || entry.stanza.get('SHA256') !== digestHex(sha256))
    return `the stanza of ${name} is of another file`;
  return undefined;
}

function piecesOf({ packages, template }: RuntimeConfig): readonly Piece[] {
  const debs = packages.flatMap(({ name, effects, files, ...place }) => [
    { ...place, what: name },
    ...(effects ? [{ ...effects, what: `what ${name} leaves` }] : []),
    ...(files ? [{ ...files, what: `the list of files of ${name}` }] : []),
  ]);
  return template ? [...debs, { ...template, what: 'the template' }] : debs;
}

/** Hashes pieces of a content as it comes by. */
class PieceHashes {
  readonly #pieces: readonly (Piece & { readonly hash: Hash })[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces.map((piece) => ({ ...piece, hash: createHash('sha256') }));
  }

  take(content: Uint8Array): void {
    for (const { offset, size, hash } of this.#pieces) {
      const [first, end] = [Math.max(0, offset - this.#at), offset + size - this.#at];
      if (end > first && first < content.length) hash.update(content.subarray(first, end));
    }
    this.#at += content.length;
  }

  /** Those that are not what was said. Nothing may come afterwards. */
  wrong(): readonly Piece[] {
    return this.#pieces.filter(({ sha256, hash }) => digestFromBytes(hash.digest()) !== sha256);
  }
}
