/**
 * minisign's file formats: public keys, signatures, secret keys, and what exactly is signed.
 * Not here: Ed25519 and scrypt themselves (src/storage and the publisher's tools have them from their platform).
 */
export { keyIdText } from './key-id.ts';
export { formatPublicKey, parsePublicKey, type PublicKey } from './public-key.ts';
export {
  formatSecretKey,
  openSecretKey,
  parseSecretKey,
  SEALED_KEY_BYTES,
  sealSecretKey,
  type KeyDerivation,
  type SecretKey,
  type SecretKeyFile,
} from './secret-key.ts';
export {
  formatSignature,
  parseSignature,
  signedContent,
  signedComment,
  type Signature,
  type SignatureAlgorithm,
} from './signature.ts';
