import { CatalogSchema, parseJson, type CatalogEntry, type Descriptor } from '#domain/container/index.ts';
import type { VerifiedSignature } from '#storage/index.ts';
import { LAYOUT_FILES } from '../layout/layout-files.ts';
import { IndexSchema, LayoutSchema } from '../layout/oci-index.ts';
import { FileError, PublishError } from '../publish-error.ts';
import { MAX_LIST_BYTES } from '../reading/containers.ts';
import type { Publication } from '../reading/publication.ts';
import { blobKey, BlobChecks } from './blob-check.ts';
import { checkArtifact, type CheckedArtifact } from './container-check.ts';
import { Findings, type Problem } from './findings.ts';
import { checkSignature } from './signature-check.ts';

/** What a verification has found. */
export interface VerifyReport {
  readonly problems: readonly Problem[];
  readonly containers: number;
  readonly runtimes: number;
  readonly blobs: number;
  readonly chunks: number;
  /** Bytes of blobs that were read. */
  readonly bytes: number;
  /** Undefined when the catalog is not signed, or not rightly. */
  readonly signature: VerifiedSignature | undefined;
}

/**
 * Checks all that a publication lists, down to the chunks: every digest, every length, and that the parts fit together.
 * Nothing larger than a few MiB is held in memory.
 * @param publicKey who has to have signed the catalog, as minisign's file or its base64
 * @throws PublishError when there is no catalog at all
 */
export async function verifyPublication(
  publication: Publication,
  { publicKey }: { readonly publicKey?: string | undefined } = {},
): Promise<VerifyReport> {
  const findings = new Findings();
  const lists = await readLists(publication, findings);
  if (!lists.catalog && !lists.index && findings.problems.length === 0)
    throw new PublishError(`${publication.name} has neither catalog.json nor index.json: it is no catalog.`);
  const entries = (lists.catalog && (await parseCatalog(lists.catalog, findings))) ?? [];
  const listed = (lists.index && (await parseIndex(lists.index, findings))) ?? [];
  if (lists.catalog) await checkLayout(publication, { entries, listed }, findings);
  const signature = lists.catalog && (await checkSignature(publication, lists.catalog, publicKey, findings));
  await checkAll(publication, { entries, listed }, findings);
  const { problems, containers, runtimes, blobs: count, chunks, bytes } = findings;
  return { problems, containers, runtimes, blobs: count, chunks, bytes, signature };
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Listed {
  readonly entries: readonly CatalogEntry[];
  /** The index's manifests. */
  readonly listed: readonly Descriptor[];
}

async function readLists(publication: Publication, findings: Findings): Promise<{ catalog?: Bytes; index?: Bytes }> {
  const read = (path: string) => findings.attempt(path, () => publication.read(path, MAX_LIST_BYTES));
  const [catalog, index] = await Promise.all([read(LAYOUT_FILES.catalog), read(LAYOUT_FILES.index)]);
  return { ...(catalog && { catalog }), ...(index && { index }) };
}

function parseCatalog(bytes: Bytes, findings: Findings): Promise<readonly CatalogEntry[] | undefined> {
  const path = LAYOUT_FILES.catalog;
  return findings.attempt(path, () => parseJson(CatalogSchema, new TextDecoder().decode(bytes), path).entries);
}

function parseIndex(bytes: Bytes, findings: Findings): Promise<readonly Descriptor[] | undefined> {
  const path = LAYOUT_FILES.index;
  return findings.attempt(path, () => parseJson(IndexSchema, new TextDecoder().decode(bytes), path).manifests);
}

/** Tools that copy containers go by the layout's own files, so they have to have what the catalog has. */
async function checkLayout(publication: Publication, { entries, listed }: Listed, findings: Findings): Promise<void> {
  await findings.attempt(LAYOUT_FILES.layout, async () => {
    const bytes = await publication.read(LAYOUT_FILES.layout, MAX_LIST_BYTES);
    if (!bytes) throw new FileError(publication.locate(LAYOUT_FILES.layout), 'it is not there');
    return parseJson(LayoutSchema, new TextDecoder().decode(bytes), LAYOUT_FILES.layout);
  });
  const digests = new Set(listed.map(({ digest }) => digest));
  for (const { id, version, manifest } of entries)
    if (!digests.has(manifest.digest)) findings.add(LAYOUT_FILES.index, `it does not list ${id}@${version}`);
}

async function checkAll(publication: Publication, { entries, listed }: Listed, findings: Findings): Promise<void> {
  const blobs = new BlobChecks(publication, findings);
  const found = new Map<string, CheckedArtifact | undefined>();
  for (const manifest of [...entries.map((entry) => entry.manifest), ...listed]) {
    const key = blobKey(manifest);
    if (!found.has(key)) found.set(key, await checkArtifact(manifest, blobs, findings));
  }
  for (const entry of entries) {
    const { id, version, kind, size, manifest, thumbnail } = entry;
    const artifact = found.get(blobKey(manifest));
    if (artifact && artifact.bytes !== size)
      findings.add(LAYOUT_FILES.catalog, `${id}@${version} has ${artifact.bytes} bytes, not ${size}`);
    if (artifact && artifact.kind !== kind)
      findings.add(LAYOUT_FILES.catalog, `${id}@${version} is a ${artifact.kind}, not a ${kind}`);
    if (thumbnail) await blobs.whole(thumbnail);
  }
}
