import { MAX_CATALOG_BYTES, readListing, type Listing } from '#domain/catalog/index.ts';
import { AppError, type ErrorCode } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { verifyCatalogSignature } from '../signature.ts';
import { fetchDocument } from './fetch-document.ts';
import type { CatalogRow } from './source-store.ts';

/** A signature has four lines, a key two. */
const MAX_SIGNATURE_BYTES = 16 * 1024;

/** minisign begins its files with this. Hosts that answer every address with a page do not. */
const MINISIGN_FILE = /^untrusted comment:/;

/** What a server answers where there is no file: some that hide their folders refuse instead. */
const NOT_THERE: readonly ErrorCode[] = ['source/not-found', 'source/access-denied'];

export interface ReadOptions extends Cancellable {
  /** minisign's public key in base64: a catalog that it did not sign is refused. */
  readonly key?: string | undefined;
  /** Text of a catalog whose signature is known already: it is not looked at again. */
  readonly known?: string | undefined;
}

/** A catalog as a server has it now. */
export interface ReadSource {
  readonly catalog: CatalogRow;
  readonly listing: Listing;
  readonly latency: number;
  /** Undefined when it is the known text. */
  readonly signer: Signer | undefined;
}

/** Who signed a catalog: nobody, or a key. */
export interface Signer {
  /** As minisign prints it. */
  readonly keyId: string | undefined;
  /** In base64. */
  readonly key: string | undefined;
}

/**
 * Reads a catalog, and its signature beside it. All of it is checked, or nothing is given.
 * @throws AppError `source/*`, `format/invalid`, `source/bad-signature`
 */
export async function readSource(url: string, options: ReadOptions = {}): Promise<ReadSource> {
  const { bytes, etag, lastModified, latency } = await fetchDocument(url, MAX_CATALOG_BYTES, options);
  const text = decode(bytes, url);
  // Before the signature: where a network answers for the server, nothing more is asked.
  const listing = readListing(text, url);
  const signer = text === options.known ? undefined : await signerOf(url, bytes, options);
  return { catalog: { url, text, etag, lastModified }, listing, latency, signer };
}

function decode(bytes: Uint8Array<ArrayBuffer>, url: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('format/invalid', { what: `The catalog ${url}`, detail: 'it is not UTF-8' }, { cause });
  }
}

async function signerOf(url: string, catalog: Uint8Array<ArrayBuffer>, options: ReadOptions): Promise<Signer> {
  const minisig = await minisignFile(beside(url, `${fileName(url)}.minisig`), options);
  const key = options.key ?? (minisig && (await minisignFile(beside(url, 'minisign.pub'), options)));
  if (minisig !== undefined && key !== undefined) {
    const { keyId } = await verifyCatalogSignature(catalog, minisig, key, url);
    return { keyId, key };
  }
  if (options.key === undefined) return { keyId: undefined, key: undefined };
  throw new AppError('source/bad-signature', { url, detail: 'it has no signature.' });
}

/** Undefined where there is none. @throws AppError `source/*` when that cannot be found out */
async function minisignFile(url: string, { signal }: Cancellable): Promise<string | undefined> {
  try {
    const { bytes } = await fetchDocument(url, MAX_SIGNATURE_BYTES, { signal });
    const text = new TextDecoder().decode(bytes);
    return MINISIGN_FILE.test(text) ? text : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    // A page that is sent for every address may be long, too.
    const { code } = AppError.from(error);
    if (NOT_THERE.includes(code) || code === 'format/invalid') return undefined;
    throw error;
  }
}

function fileName(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}

/** A file of the catalog's folder. Its query is the catalog's: it may carry what lets one in. */
function beside(url: string, name: string): string {
  const { search } = new URL(url);
  return new URL(`${name}${search}`, url).href;
}
