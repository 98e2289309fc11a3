import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import {
  formatPublicKey,
  formatSecretKey,
  openSecretKey,
  parseSecretKey,
  SEALED_KEY_BYTES,
  sealSecretKey,
  type KeyDerivation,
  type SecretKey,
} from '#domain/signature/index.ts';
import * as v from 'valibot';
import { PublishError } from '../publish-error.ts';
import { deriveStream } from './scrypt.ts';

/** What minisign asks of scrypt: libsodium's “sensitive” limits, 1 GiB and some seconds. */
const OPERATIONS = 33_554_432n;
const MEMORY = 1_073_741_824n;

const JwkSchema = v.object({ d: v.string(), x: v.string() });

type Bytes = Uint8Array<ArrayBuffer>;

/** A new key. */
export function generateKey(): SecretKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d, x } = v.parse(JwkSchema, privateKey.export({ format: 'jwk' }));
  return { keyId: Uint8Array.from(randomBytes(8)), seed: fromBase64Url(d), publicKey: fromBase64Url(x) };
}

/** The file of a key's public half. */
export function publicKeyFile({ keyId, publicKey }: SecretKey): string {
  return formatPublicKey({ keyId, key: publicKey });
}

/** The file of a secret key. @param password that hides it; undefined writes it openly */
export async function secretKeyFile(key: SecretKey, password: string | undefined): Promise<string> {
  if (password === undefined) return formatSecretKey({ derivation: undefined, box: sealSecretKey(key) });
  const derivation: KeyDerivation = {
    salt: Uint8Array.from(randomBytes(32)),
    operations: OPERATIONS,
    memory: MEMORY,
  };
  const stream = await deriveStream(password, derivation, SEALED_KEY_BYTES);
  return formatSecretKey({ derivation, box: sealSecretKey(key, stream) });
}

/**
 * Opens a secret key file.
 * @param askPassword called only when the file has a password
 * @throws PublishError when the password is wrong, AppError `format/invalid`
 */
export async function openKeyFile(text: string, askPassword: () => Promise<string>): Promise<SecretKey> {
  const { derivation, box } = parseSecretKey(text);
  const stream = derivation && (await deriveStream(await askPassword(), derivation, SEALED_KEY_BYTES));
  const key = openSecretKey(box, stream);
  if (!key) throw new PublishError('The password is wrong for this key.');
  return key;
}

/** Ed25519 (RFC 8032). */
export function signBytes(key: SecretKey, bytes: Uint8Array): Bytes {
  return Uint8Array.from(sign(null, bytes, privateKeyOf(key)));
}

function privateKeyOf({ seed, publicKey }: SecretKey): KeyObject {
  const [d, x] = [seed, publicKey].map((bytes) => Buffer.from(bytes).toString('base64url'));
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', ...(d && { d }), ...(x && { x }) }, format: 'jwk' });
}

function fromBase64Url(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, 'base64url'));
}
