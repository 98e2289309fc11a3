/** Bytes of a key's id. It is random, and says which key a signature wants; it proves nothing. */
export const KEY_ID_BYTES = 8;

/** A key's id as minisign prints it, but for leading zeros, which it drops: 16 upper-case hex digits of the little-endian number. */
export function keyIdText(keyId: Uint8Array): string {
  const digits = Array.from(keyId, (byte) => byte.toString(16).padStart(2, '0'));
  return digits.reverse().join('').toUpperCase();
}
