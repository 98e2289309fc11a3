import { decodeBase64, invalid, isComment, linesOf, text, withComment } from './fields.ts';
import { KEY_ID_BYTES, keyIdText } from './key-id.ts';

const WHAT = 'The public key';
/** `Ed`, the key's id, and 32 bytes of Ed25519. */
const KEY_BYTES = 2 + KEY_ID_BYTES + 32;

export interface PublicKey {
  /** 8 bytes. */
  readonly keyId: Uint8Array<ArrayBuffer>;
  /** 32 bytes: Ed25519 (RFC 8032). */
  readonly key: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a public key: minisign's file of two lines, or its line of base64 alone, as people pass it on.
 * @throws AppError `format/invalid`
 */
export function parsePublicKey(file: string): PublicKey {
  const lines = linesOf(file.trim());
  const bytes = decodeBase64(isComment(lines[0]) ? lines[1] : lines[0], KEY_BYTES, WHAT);
  if (text(bytes.subarray(0, 2)) !== 'Ed') throw invalid(WHAT, 'it is not of minisign’s kind (Ed25519)');
  return { keyId: bytes.slice(2, 2 + KEY_ID_BYTES), key: bytes.slice(2 + KEY_ID_BYTES) };
}

/** The file of a public key. */
export function formatPublicKey({ keyId, key }: PublicKey): string {
  return withComment(`minisign public key ${keyIdText(keyId)}`, Uint8Array.of(0x45, 0x64, ...keyId, ...key));
}
