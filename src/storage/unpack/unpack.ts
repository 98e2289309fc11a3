import type { Decompress } from '#domain/packages/archive/index.ts';
import { unpackGzip } from './gzip.ts';
import { unpackXz } from './xz.ts';
import { unpackZstd } from './zstd.ts';

const UNPACK = { gzip: unpackGzip, xz: unpackXz, zstd: unpackZstd } as const;

/** Unpacks what archives are packed with; each kind's code is loaded when it is first met. */
export const unpack: Decompress = (stream, packed) => UNPACK[stream.format](stream, packed);
