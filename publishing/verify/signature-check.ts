import { AppError } from '#domain/errors/index.ts';
import { verifyCatalogSignature, type VerifiedSignature } from '#storage/index.ts';
import { LAYOUT_FILES } from '../layout/layout-files.ts';
import type { Publication } from '../reading/publication.ts';
import type { Findings } from './findings.ts';

/** Most bytes of a signature or key; minisign's own limit for a comment is 8 KiB. */
const MAX_SIGNATURE_BYTES = 64 * 1024;

/**
 * Checks the catalog's signature, if it has one or should have.
 * @param publicKey who has to have signed it; without, the key that lies beside it
 */
export async function checkSignature(
  publication: Publication,
  catalog: Uint8Array<ArrayBuffer>,
  publicKey: string | undefined,
  findings: Findings,
): Promise<VerifiedSignature | undefined> {
  const signature = await read(publication, LAYOUT_FILES.signature, findings);
  if (signature === undefined) {
    if (publicKey !== undefined) findings.add(LAYOUT_FILES.signature, 'there is no signature');
    return undefined;
  }
  const key = publicKey ?? (await read(publication, LAYOUT_FILES.publicKey, findings));
  if (key === undefined) {
    findings.add(LAYOUT_FILES.publicKey, 'there is no public key to check the signature with');
    return undefined;
  }
  return verify(publication, { catalog, signature, key }, findings);
}

interface Signed {
  readonly catalog: Uint8Array<ArrayBuffer>;
  readonly signature: string;
  readonly key: string;
}

async function verify(
  publication: Publication,
  { catalog, signature, key }: Signed,
  findings: Findings,
): Promise<VerifiedSignature | undefined> {
  try {
    return await verifyCatalogSignature(catalog, signature, key, publication.locate(LAYOUT_FILES.catalog));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    findings.add(LAYOUT_FILES.signature, `it does not hold: ${String(error.data['detail'])}`);
    return undefined;
  }
}

/** An empty file is none: apps are published with one, so that browsers find something. */
async function read(publication: Publication, path: string, findings: Findings): Promise<string | undefined> {
  const bytes = await findings.attempt(path, () => publication.read(path, MAX_SIGNATURE_BYTES));
  return bytes?.length ? new TextDecoder().decode(bytes) : undefined;
}
