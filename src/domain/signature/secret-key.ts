import { blake2b } from '@noble/hashes/blake2.js';
import { decodeBase64, invalid, isComment, linesOf, text, withComment } from './fields.ts';
import { KEY_ID_BYTES } from './key-id.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const WHAT = 'The secret key';
const SALT_BYTES = 32;
const CHECKSUM_BYTES = 32;
/** Key id, seed and public key of Ed25519, checksum: the part that a password hides. */
export const SEALED_KEY_BYTES = KEY_ID_BYTES + 64 + CHECKSUM_BYTES;
/** `Ed`, `Sc` or zeros, `B2`, the salt, two 64-bit limits of scrypt, the box. */
const FILE_BYTES = 6 + SALT_BYTES + 16 + SEALED_KEY_BYTES;
const BOX_AT = FILE_BYTES - SEALED_KEY_BYTES;

export interface SecretKey {
  /** 8 bytes. */
  readonly keyId: Bytes;
  /** 32 bytes: Ed25519's private key (RFC 8032). */
  readonly seed: Bytes;
  /** 32 bytes. */
  readonly publicKey: Bytes;
}

/** What scrypt is asked for, in the terms of libsodium's `crypto_pwhash_scryptsalsa208sha256`. */
export interface KeyDerivation {
  /** 32 bytes. */
  readonly salt: Bytes;
  readonly operations: bigint;
  /** Bytes. */
  readonly memory: bigint;
}

/** A secret key file. */
export interface SecretKeyFile {
  /** How its password becomes `SEALED_KEY_BYTES` of key stream; undefined when it has no password. */
  readonly derivation: KeyDerivation | undefined;
  /** The key, under that stream if there is one. */
  readonly box: Bytes;
}

/**
 * Reads minisign's secret key file.
 * @throws AppError `format/invalid`
 */
export function parseSecretKey(file: string): SecretKeyFile {
  const [comment, line] = linesOf(file);
  if (!isComment(comment)) throw invalid(WHAT, 'its first line is no comment');
  const bytes = decodeBase64(line, FILE_BYTES, WHAT);
  const [signing, derivation, checksum] = [0, 2, 4].map((at) => text(bytes.subarray(at, at + 2)));
  if (signing !== 'Ed' || checksum !== 'B2') throw invalid(WHAT, 'it is not of minisign’s kind (Ed25519)');
  if (derivation !== 'Sc' && derivation !== '\0\0') throw invalid(WHAT, 'its password is not used with scrypt');
  return { derivation: derivation === 'Sc' ? derivationOf(bytes) : undefined, box: bytes.slice(BOX_AT) };
}

function derivationOf(bytes: Bytes): KeyDerivation {
  const limits = new DataView(bytes.buffer, 6 + SALT_BYTES, 16);
  return {
    salt: bytes.slice(6, 6 + SALT_BYTES),
    operations: limits.getBigUint64(0, true),
    memory: limits.getBigUint64(8, true),
  };
}

/** The file of a secret key. */
export function formatSecretKey({ derivation, box }: SecretKeyFile): string {
  const bytes = new Uint8Array(FILE_BYTES);
  bytes.set([0x45, 0x64, ...(derivation ? [0x53, 0x63] : [0, 0]), 0x42, 0x32]);
  if (derivation) {
    bytes.set(derivation.salt, 6);
    const limits = new DataView(bytes.buffer, 6 + SALT_BYTES, 16);
    limits.setBigUint64(0, derivation.operations, true);
    limits.setBigUint64(8, derivation.memory, true);
  }
  bytes.set(box, BOX_AT);
  return withComment(derivation ? 'minisign encrypted secret key' : 'minisign unencrypted secret key', bytes);
}

/**
 * Puts a key into a box.
 * @param stream `boxBytes` bytes of scrypt's output; without, the box lies open (and has no checksum, as minisign's)
 */
export function sealSecretKey({ keyId, seed, publicKey }: SecretKey, stream?: Uint8Array): Bytes {
  const box = new Uint8Array(SEALED_KEY_BYTES);
  box.set([...keyId, ...seed, ...publicKey]);
  if (!stream) return box;
  box.set(checksumOf(box), SEALED_KEY_BYTES - CHECKSUM_BYTES);
  return xor(box, stream);
}

/**
 * Takes a key out of its box; undefined when the password, from which `stream` was derived, is wrong.
 * @param stream `SEALED_KEY_BYTES` of scrypt's output when the file has a derivation
 */
export function openSecretKey(box: Bytes, stream?: Uint8Array): SecretKey | undefined {
  const open = stream ? xor(box, stream) : box;
  const checksum = open.subarray(SEALED_KEY_BYTES - CHECKSUM_BYTES);
  if (stream && !checksumOf(open).every((byte, i) => byte === checksum[i])) return undefined;
  const [seedAt, publicAt] = [KEY_ID_BYTES, KEY_ID_BYTES + 32];
  return {
    keyId: open.slice(0, seedAt),
    seed: open.slice(seedAt, publicAt),
    publicKey: open.slice(publicAt, publicAt + 32),
  };
}

/** BLAKE2b-256 of what the box holds, after the name of the algorithm. */
function checksumOf(box: Bytes): Uint8Array {
  const checked = Uint8Array.of(0x45, 0x64, ...box.subarray(0, SEALED_KEY_BYTES - CHECKSUM_BYTES));
  return blake2b(checked, { dkLen: CHECKSUM_BYTES });
}

function xor(bytes: Bytes, stream: Uint8Array): Bytes {
  return bytes.map((byte, i) => byte ^ (stream[i] ?? 0));
}
