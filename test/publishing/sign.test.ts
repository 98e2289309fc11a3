import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatSecretKey, parsePublicKey, SEALED_KEY_BYTES, sealSecretKey } from '#domain/signature/index.ts';
import { verifyCatalogSignature } from '#storage/index.ts';
import { generateKey, openKeyFile, publicKeyFile, secretKeyFile, signCatalog } from '../../publishing/index.ts';
import { costsOf, deriveStream } from '../../publishing/sign/scrypt.ts';
import { failureOf } from '../support/failure.ts';
import { ENCRYPTED_KEY, ENCRYPTED_PUBLIC_KEY, PUBLIC_KEY, SECRET_KEY } from '../support/minisign-files.ts';
import { publishSample, temporaryFolder } from './support/sample.ts';

let dir: string;
beforeEach(async () => {
  dir = await temporaryFolder();
});
afterEach(() => rm(dir, { recursive: true }));

const refuse = () => Promise.reject(new Error('nobody was to be asked'));

async function verify() {
  const [catalog, signature, key] = await Promise.all(
    ['catalog.json', 'catalog.json.minisig', 'minisign.pub'].map((name) => readFile(join(dir, name))),
  );
  if (!catalog || !signature || !key) throw new Error('a file is missing');
  return verifyCatalogSignature(Uint8Array.from(catalog), signature.toString(), key.toString(), 'the catalog');
}

describe('a secret key', () => {
  it('of minisign without a password is opened, and nobody is asked', async () => {
    expect(publicKeyFile(await openKeyFile(SECRET_KEY, refuse))).toBe(PUBLIC_KEY);
  });

  it('of minisign with a password is opened with it', async () => {
    const key = await openKeyFile(ENCRYPTED_KEY, () => Promise.resolve('pw'));
    expect(key.publicKey).toEqual(parsePublicKey(ENCRYPTED_PUBLIC_KEY).key);
  });

  it('is opened with its own password only', async () => {
    const key = generateKey();
    const derivation = { salt: new Uint8Array(32).fill(3), operations: 0n, memory: 2n ** 24n };
    const stream = await deriveStream('ahoy', derivation, SEALED_KEY_BYTES);
    const file = formatSecretKey({ derivation, box: sealSecretKey(key, stream) });
    expect(await openKeyFile(file, () => Promise.resolve('ahoy'))).toEqual(key);
    await expect(openKeyFile(file, () => Promise.resolve('ahoi'))).rejects.toThrow('The password is wrong');
  });

  it('that asks for all the memory there is is not opened', async () => {
    const derivation = { salt: new Uint8Array(32), operations: 2n ** 62n, memory: 2n ** 62n };
    const file = formatSecretKey({ derivation, box: sealSecretKey(generateKey()) });
    await expect(openKeyFile(file, () => Promise.resolve(''))).rejects.toThrow('of memory to be opened');
  });

  it('of ours without a password comes back', async () => {
    const key = generateKey();
    expect(await openKeyFile(await secretKeyFile(key, undefined), refuse)).toEqual(key);
  });

  // libsodium's limits by name (crypto_pwhash_scryptsalsa208sha256.h), and what its pickparams makes of them.
  it.each([
    ['sensitive', 33_554_432n, 1_073_741_824n, { cost: 2 ** 20, blockSize: 8, parallelization: 1 }],
    ['interactive', 524_288n, 16_777_216n, { cost: 2 ** 14, blockSize: 8, parallelization: 1 }],
    ['least', 0n, 2n ** 40n, { cost: 2 ** 10, blockSize: 8, parallelization: 1 }],
    ['much work in little memory', 33_554_432n, 16_777_216n, { cost: 2 ** 14, blockSize: 8, parallelization: 64 }],
  ])('asks scrypt for what libsodium means by its %s limits', (_, operations, memory, costs) => {
    expect(costsOf({ salt: new Uint8Array(32), operations, memory })).toEqual(costs);
  });
});

describe('a signed catalog', () => {
  it('holds until the catalog changes', async () => {
    await publishSample(dir);
    const key = generateKey();
    await signCatalog(dir, key, { trustedComment: 'first charts', newKey: false });
    expect(await verify()).toMatchObject({ trustedComment: 'first charts' });
    await publishSample(dir, { version: '2' });
    expect(await failureOf(verify())).toMatchObject({ code: 'source/bad-signature' });
    await signCatalog(dir, key, { newKey: false });
    expect((await verify()).trustedComment).toMatch(/^timestamp:\d+\tfile:catalog\.json\thashed$/);
  });

  it('is not signed with another key by accident', async () => {
    await publishSample(dir);
    await signCatalog(dir, generateKey(), { newKey: false });
    const other = generateKey();
    await expect(signCatalog(dir, other, { newKey: false })).rejects.toThrow('Devices that know the former refuse');
    await signCatalog(dir, other, { newKey: true });
    await verify();
  });

  it('has to be a catalog, and its comment one line', async () => {
    await expect(signCatalog(dir, generateKey(), { newKey: false })).rejects.toThrow('to sign');
    await writeFile(join(dir, 'catalog.json'), '[]');
    expect(await failureOf(signCatalog(dir, generateKey(), { newKey: false }))).toMatchObject({
      code: 'format/invalid',
    });
    await publishSample(join(dir, 'sub'));
    const options = { trustedComment: 'a\nb', newKey: false };
    await expect(signCatalog(join(dir, 'sub'), generateKey(), options)).rejects.toThrow('one line');
  });
});
