import { bytesOfString } from '../bytes/index.ts';
import { blake2b } from '@noble/hashes/blake2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64, invalid, isComment, linesOf, text, withComment } from './fields.ts';
import { KEY_ID_BYTES } from './key-id.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const WHAT = 'The signature';
const TRUSTED_COMMENT = 'trusted comment: ';
const ED25519_BYTES = 64;

/** `ED`: of the content's BLAKE2b-512, what minisign makes since 0.11. `Ed`: of the content itself, the older one. */
export type SignatureAlgorithm = 'ED' | 'Ed';

/** A signature file: content and trusted comment are each signed. */
export interface Signature {
  readonly algorithm: SignatureAlgorithm;
  /** 8 bytes: the key that it is by. */
  readonly keyId: Bytes;
  /** 64 bytes, over `signedContent`. */
  readonly signature: Bytes;
  readonly trustedComment: string;
  /** 64 bytes, over `signedComment`. */
  readonly globalSignature: Bytes;
}

/**
 * Reads a file of minisign (`.minisig`): comment, signature, trusted comment, signature of both.
 * @throws AppError `format/invalid`
 */
export function parseSignature(file: string): Signature {
  const [comment, first, trusted, second] = linesOf(file);
  if (!isComment(comment)) throw invalid(WHAT, 'its first line is no comment');
  if (trusted?.startsWith(TRUSTED_COMMENT) !== true) throw invalid(WHAT, 'its third line is no trusted comment');
  const bytes = decodeBase64(first, 2 + KEY_ID_BYTES + ED25519_BYTES, WHAT);
  return {
    algorithm: algorithmOf(bytes),
    keyId: bytes.slice(2, 2 + KEY_ID_BYTES),
    signature: bytes.slice(2 + KEY_ID_BYTES),
    trustedComment: trusted.slice(TRUSTED_COMMENT.length),
    globalSignature: decodeBase64(second, ED25519_BYTES, WHAT),
  };
}

function algorithmOf(bytes: Bytes): SignatureAlgorithm {
  const name = text(bytes.subarray(0, 2));
  if (name === 'ED' || name === 'Ed') return name;
  throw invalid(WHAT, 'it is not of minisign’s kind (Ed25519)');
}

/** The file of a signature. */
export function formatSignature(signature: Signature, comment: string): string {
  const { algorithm, keyId, trustedComment, globalSignature } = signature;
  const fields = Uint8Array.of(...bytesOfString(algorithm), ...keyId, ...signature.signature);
  return `${withComment(comment, fields)}${TRUSTED_COMMENT}${trustedComment}\n${encodeBase64(globalSignature)}\n`;
}

/** The bytes that `signature` is over, for some content. */
export function signedContent(algorithm: SignatureAlgorithm, content: Bytes): Bytes {
  return algorithm === 'ED' ? blake2b(content) : content;
}

/** The bytes that `globalSignature` is over. */
export function signedComment({ signature, trustedComment }: Pick<Signature, 'signature' | 'trustedComment'>): Bytes {
  return Uint8Array.of(...signature, ...utf8ToBytes(trustedComment));
}
