import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatPublicKey,
  formatSecretKey,
  formatSignature,
  keyIdText,
  openSecretKey,
  parsePublicKey,
  parseSecretKey,
  parseSignature,
  sealSecretKey,
} from '#domain/signature/index.ts';
import { failureOf } from '../support/failure.ts';
import {
  ENCRYPTED_KEY,
  KEY_ID,
  LEGACY_SIGNATURE,
  PUBLIC_KEY,
  SECRET_KEY,
  SIGNATURE,
} from '../support/minisign-files.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => Uint8Array.from(each));
const key = fc.record({ keyId: bytes(8), seed: bytes(32), publicKey: bytes(32) });

describe('a public key', () => {
  it('is read from minisign’s file, and written as it was', () => {
    const read = parsePublicKey(PUBLIC_KEY);
    expect(keyIdText(read.keyId)).toBe(KEY_ID);
    expect(formatPublicKey(read)).toBe(PUBLIC_KEY);
  });

  it('is read from its base64 alone, and with the line ends of another system', () => {
    const expected = parsePublicKey(PUBLIC_KEY);
    expect(parsePublicKey(`  ${PUBLIC_KEY.split('\n')[1] ?? ''}\n\n`)).toEqual(expected);
    expect(parsePublicKey(PUBLIC_KEY.replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  it.each([
    ['nothing', '', 'it has 0 bytes in base64 instead of 42'],
    ['no base64', '<html>', 'there is no base64 where it belongs'],
    ['only a comment', 'untrusted comment: x', 'it has 0 bytes in base64 instead of 42'],
    ['another algorithm', btoa('EE'.padEnd(42)), 'it is not of minisign’s kind (Ed25519)'],
  ])('that is %s is refused', async (_, text, detail) => {
    const data = { what: 'The public key', detail };
    expect(await failureOf(() => parsePublicKey(text))).toEqual({ code: 'format/invalid', data });
  });
});

describe('a signature', () => {
  it('is read from minisign’s file, and written as it was', () => {
    const read = parseSignature(SIGNATURE);
    expect([read.algorithm, keyIdText(read.keyId), read.trustedComment]).toEqual(['ED', KEY_ID, 'trusted here']);
    expect(formatSignature(read, 'signature from minisign secret key')).toBe(SIGNATURE);
  });

  it('of the older kind is told apart', () => {
    expect(parseSignature(LEGACY_SIGNATURE).algorithm).toBe('Ed');
  });

  it.each([
    ['a page of an error', '<!doctype html>', 'its first line is no comment'],
    ['cut short', SIGNATURE.split('\n').slice(0, 2).join('\n'), 'its third line is no trusted comment'],
    ['without its last line', SIGNATURE.split('\n').slice(0, 3).join('\n'), 'it has 0 bytes in base64 instead of 64'],
    ['of another kind', SIGNATURE.replace('\nRU', '\nRV'), 'it is not of minisign’s kind (Ed25519)'],
  ])('that is %s is refused', async (_, text, detail) => {
    const data = { what: 'The signature', detail };
    expect(await failureOf(() => parseSignature(text))).toEqual({ code: 'format/invalid', data });
  });

  it('made of garbage is refused or read, never anything else', () => {
    const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom(...SIGNATURE.split('\n'))), { maxLength: 6 });
    fc.assert(
      fc.property(lines, (each) => {
        try {
          parseSignature(each.join('\n'));
        } catch (error) {
          expect(error).toMatchObject({ code: 'format/invalid' });
        }
      }),
    );
  });
});

describe('a secret key', () => {
  it('without a password is read from minisign’s file', () => {
    const { box, derivation } = parseSecretKey(SECRET_KEY);
    const read = openSecretKey(box);
    expect(derivation).toBeUndefined();
    expect(read?.publicKey).toEqual(parsePublicKey(PUBLIC_KEY).key);
    expect(read && sealSecretKey(read)).toEqual(box);
  });

  it('with a password says how scrypt is to be asked, and is written as it was', () => {
    const file = parseSecretKey(ENCRYPTED_KEY);
    expect(file.derivation).toMatchObject({ operations: 33_554_432n, memory: 1_073_741_824n });
    expect(formatSecretKey(file)).toBe(ENCRYPTED_KEY);
  });

  it('comes back out of its box with the right stream, and with no other', () => {
    fc.assert(
      fc.property(key, bytes(104), bytes(104), (secret, stream, other) => {
        fc.pre(!stream.every((byte, i) => byte === other[i]));
        const box = sealSecretKey(secret, stream);
        expect(openSecretKey(box, stream)).toEqual(secret);
        expect(openSecretKey(box, other)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['is a public key', PUBLIC_KEY],
    ['has no comment', SECRET_KEY.split('\n')[1] ?? ''],
    ['wants something else than scrypt', SECRET_KEY.replace('RWQAAE', 'RWRBQU')],
  ])('that %s is refused', async (_, text) => {
    const failure = await failureOf(() => parseSecretKey(text));
    expect(failure).toMatchObject({ code: 'format/invalid', data: { what: 'The secret key' } });
  });
});
