import { AppError } from '#domain/errors/index.ts';
import {
  keyIdText,
  parsePublicKey,
  parseSignature,
  signedComment,
  signedContent,
  type PublicKey,
  type Signature,
} from '#domain/signature/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Who signed a catalog, and what they said with it. */
export interface VerifiedSignature {
  /** 16 hex digits, as minisign prints them. */
  readonly keyId: string;
  /** Signed too: minisign puts the time and the file's name there. */
  readonly trustedComment: string;
}

/**
 * Checks a catalog's signature.
 * @param catalog the bytes of catalog.json as they came
 * @param minisig the text of catalog.json.minisig
 * @param publicKey the text of minisign.pub, or its base64 alone
 * @param url of the catalog, for the error
 * @throws AppError `source/bad-signature`, also for a signature or key that cannot be read
 */
export async function verifyCatalogSignature(
  catalog: Bytes,
  minisig: string,
  publicKey: string,
  url: string,
): Promise<VerifiedSignature> {
  const fail = (detail: string, options?: ErrorOptions) =>
    new AppError('source/bad-signature', { url, detail }, options);
  try {
    const [signature, key] = [parseSignature(minisig), parsePublicKey(publicKey)];
    const refusal = await refusalOf(catalog, signature, key);
    if (refusal !== undefined) throw fail(refusal);
    return { keyId: keyIdText(key.keyId), trustedComment: signature.trustedComment };
  } catch (cause) {
    const { code, message } = AppError.from(cause);
    throw code === 'source/bad-signature' ? cause : fail(message, { cause });
  }
}

/** Why a signature does not hold, as an error's detail; undefined when it does. */
async function refusalOf(content: Bytes, signature: Signature, key: PublicKey): Promise<string | undefined> {
  const { keyId, algorithm, globalSignature } = signature;
  const [wanted, given] = [keyIdText(key.keyId), keyIdText(keyId)];
  if (wanted !== given) return `it is signed with the key ${given}, not with ${wanted}.`;
  const ed25519 = await importKey(key).catch(() => undefined);
  if (!ed25519) return 'this browser is too old to check it (it lacks Ed25519).';
  const holds = (made: Bytes, over: Bytes) => crypto.subtle.verify('Ed25519', ed25519, made, over);
  if (!(await holds(signature.signature, signedContent(algorithm, content)))) return 'the signature does not fit it.';
  if (!(await holds(globalSignature, signedComment(signature)))) return 'the signature’s own comment was changed.';
  return undefined;
}

/** Browsers have had Ed25519 since 2025 at the latest (Chromium 137). */
function importKey({ key }: PublicKey): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
}
