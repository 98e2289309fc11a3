import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CatalogSchema, parseJson } from '#domain/container/index.ts';
import {
  formatSignature,
  keyIdText,
  parsePublicKey,
  signedComment,
  signedContent,
  type SecretKey,
} from '#domain/signature/index.ts';
import { replaceFile } from '../layout/blobs.ts';
import { LAYOUT_FILES } from '../layout/layout-files.ts';
import { withLayout } from '../layout/layout-lock.ts';
import { PublishError } from '../publish-error.ts';
import { publicKeyFile, signBytes } from './key-pair.ts';

export interface SignOptions {
  /** One line, signed too; minisign's own by default: the time and the file's name. */
  readonly trustedComment?: string | undefined;
  /** Signs although the catalog was signed with another key before: devices that know that one will refuse this. */
  readonly newKey: boolean;
}

/**
 * Signs a catalog: writes `catalog.json.minisig`, and the public key beside it.
 * @throws PublishError, AppError `format/invalid` when there is no catalog to sign
 */
export async function signCatalog(dir: string, key: SecretKey, options: SignOptions): Promise<void> {
  await withLayout(dir, async () => {
    const catalog = await readCatalog(dir);
    if (!options.newKey) await checkFormerKey(dir, key);
    const comment = options.trustedComment ?? defaultComment();
    if (/[\r\n]/.test(comment)) throw new PublishError('The trusted comment has to be one line.');
    const text = new TextEncoder();
    await replaceFile(join(dir, LAYOUT_FILES.publicKey), text.encode(publicKeyFile(key)));
    await replaceFile(join(dir, LAYOUT_FILES.signature), text.encode(signatureFile(catalog, key, comment)));
  });
}

async function readCatalog(dir: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(dir, LAYOUT_FILES.catalog);
  const catalog = await readFile(path).catch((cause: unknown) => {
    throw new PublishError(`There is no ${path} to sign.`, { cause });
  });
  parseJson(CatalogSchema, catalog.toString(), path);
  return Uint8Array.from(catalog);
}

async function checkFormerKey(dir: string, key: SecretKey): Promise<void> {
  const path = join(dir, LAYOUT_FILES.publicKey);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const former = parsePublicKey(text);
  if (Buffer.from(former.key).equals(key.publicKey)) return;
  throw new PublishError(
    `${dir} has been signed with the key ${keyIdText(former.keyId)} before; this one is ${keyIdText(key.keyId)}. ` +
      'Devices that know the former refuse another. If that is meant: --new-key.',
  );
}

function defaultComment(): string {
  return `timestamp:${Math.floor(Date.now() / 1000)}\tfile:${LAYOUT_FILES.catalog}\thashed`;
}

function signatureFile(catalog: Uint8Array<ArrayBuffer>, key: SecretKey, trustedComment: string): string {
  const signature = signBytes(key, signedContent('ED', catalog));
  const globalSignature = signBytes(key, signedComment({ signature, trustedComment }));
  const { keyId } = key;
  return formatSignature(
    { algorithm: 'ED', keyId, signature, trustedComment, globalSignature },
    'signature from portolan secret key',
  );
}
