import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyDerivation } from '#domain/signature/index.ts';
import { PublishError } from '../publish-error.ts';

const derive: (password: string, salt: Uint8Array, bytes: number, costs: object) => Promise<Buffer> = promisify(scrypt);

/** A file may ask for any amount; minisign itself asks for 1 GiB. */
const MAX_MEMORY = 4 * 1024 ** 3;
const BLOCK_SIZE = 8;

/** The costs of scrypt (RFC 7914). */
export interface ScryptCosts {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** Bytes of key stream from a password. @throws PublishError when the file asks for too much */
export async function deriveStream(password: string, derivation: KeyDerivation, bytes: number): Promise<Uint8Array> {
  const costs = costsOf(derivation);
  const memory = 128 * costs.cost * costs.blockSize;
  if (memory > MAX_MEMORY) throw new PublishError(`The secret key asks for ${memory} bytes of memory to be opened.`);
  return derive(password, derivation.salt, bytes, { ...costs, maxmem: 2 * memory });
}

/** libsodium's rule for what its two limits mean (`pickparams` of crypto_pwhash_scryptsalsa208sha256). */
export function costsOf({ operations, memory }: KeyDerivation): ScryptCosts {
  const limit = operations < 32_768n ? 32_768n : operations;
  const block = BigInt(BLOCK_SIZE);
  if (limit < memory / 32n) return { ...powerBelow(limit / (block * 4n)), blockSize: BLOCK_SIZE, parallelization: 1 };
  const { cost } = powerBelow(memory / (block * 128n));
  const most = limit / 4n / BigInt(cost);
  const capped = most > 0x3fff_ffffn ? 0x3fff_ffffn : most;
  return { cost, blockSize: BLOCK_SIZE, parallelization: Number(capped / block) };
}

/** The smallest power of two, at least 2, that is more than half of `limit`. */
function powerBelow(limit: bigint): { readonly cost: number } {
  let cost = 2n;
  while (cost <= limit / 2n) cost *= 2n;
  return { cost: Number(cost) };
}
