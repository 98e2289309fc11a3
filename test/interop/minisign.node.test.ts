import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyCatalogSignature } from '#storage/index.ts';
import {
  generateKey,
  openKeyFile,
  publicKeyFile,
  secretKeyFile,
  signCatalog,
  verifyPublication,
  openPublication,
} from '../../publishing/index.ts';
import { failureOf } from '../support/failure.ts';
import { publishSample } from '../publishing/support/sample.ts';
import { program } from './support/program.ts';
import { temporaryFolder } from './support/publication.ts';

let dir: string;
let catalog: string;
/** Files of a key: minisign's or ours. */
let secret: string;
let open: string;

beforeEach(async () => {
  dir = await temporaryFolder();
  catalog = join(dir, 'catalog.json');
  [secret, open] = [join(dir, 'any.key'), join(dir, 'any.pub')];
  await publishSample(dir);
});
afterEach(() => rm(dir, { recursive: true }));

/** The key in a file: the comment before it leaves out leading zeros of its id where minisign writes it. */
async function keyIn(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8')).split('\n')[1];
}

/** Checks minisign's signature as the app does. */
async function verify(): Promise<string> {
  const signature = await readFile(`${catalog}.minisig`, 'utf8');
  const bytes = Uint8Array.from(await readFile(catalog));
  const key = await readFile(open, 'utf8');
  return (await verifyCatalogSignature(bytes, signature, key, 'the catalog')).trustedComment;
}

describe('minisign', () => {
  it('accepts our signature with our key, and no changed catalog', async () => {
    const key = generateKey();
    await signCatalog(dir, key, { trustedComment: 'Übersee', newKey: false });
    const check = ['-V', '-H', '-p', join(dir, 'minisign.pub'), '-m', catalog];
    expect(await program('minisign', check)).toContain('Trusted comment: Übersee');
    await writeFile(catalog, ' ', { flag: 'a' });
    await expect(program('minisign', check)).rejects.toThrow('Signature verification failed');
  });

  it.each([
    ['without a password', undefined, ['-W']],
    ['with a password', 'ahoy', []],
  ])('signs with our key %s', async (_, password, flags) => {
    const key = generateKey();
    await writeFile(secret, await secretKeyFile(key, password));
    await writeFile(open, publicKeyFile(key));
    const args = ['-S', ...flags, '-s', secret, '-m', catalog, '-t', 'by minisign'];
    await program('minisign', args, password === undefined ? '' : `${password}\n`);
    expect(await verify()).toBe('by minisign');
  });

  it.each([
    ['without a password', ['-W'], ''],
    ['with a password', [], 'ahoy\nahoy\n'],
  ])('makes keys %s that we sign with', async (_, flags, stdin) => {
    await program('minisign', ['-G', ...flags, '-p', open, '-s', secret], stdin);
    const key = await openKeyFile(await readFile(secret, 'utf8'), () => Promise.resolve('ahoy'));
    await signCatalog(dir, key, { newKey: false });
    expect(await keyIn(join(dir, 'minisign.pub'))).toBe(await keyIn(open));
    await program('minisign', ['-V', '-p', open, '-m', catalog]);
    const publicKey = await readFile(open, 'utf8');
    expect((await verifyPublication(await openPublication(dir), { publicKey })).problems).toEqual([]);
  });

  it.each([
    ['as it does by itself', []],
    ['in its older way', ['-l']],
  ])('signs %s, and we accept it, and no changed catalog', async (_, flags) => {
    await program('minisign', ['-G', '-W', '-p', open, '-s', secret]);
    await program('minisign', ['-S', '-W', ...flags, '-s', secret, '-m', catalog]);
    expect(await verify()).toMatch(/^timestamp:\d+\tfile:catalog\.json/);
    await writeFile(catalog, ' ', { flag: 'a' });
    expect(await failureOf(verify())).toMatchObject({ code: 'source/bad-signature' });
  });
});
