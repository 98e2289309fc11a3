import { CHUNK_BYTES } from '#domain/container/index.ts';
import { COMPRESSION_LEVEL, compressedIn, compressInto, type CompressedFile } from '../../publishing/index.ts';
import { cachedStep, originOf } from './cached-step.ts';

/**
 * Compresses a file in chunks, on all cores, or finds that it was.
 * @param path a file that `cachedStep` gave
 */
export async function compressFile(path: string): Promise<CompressedFile> {
  const inputs = { source: originOf(path), COMPRESSION_LEVEL, CHUNK_BYTES };
  const make = async (into: string): Promise<void> => void (await compressInto(path, into));
  return compressedIn(await cachedStep({ name: 'compressed', inputs, make }));
}
