import { concatBytes } from '../../bytes/index.ts';
import { AppError } from '../../errors/index.ts';
import { readDeb, type DebEntry, type DebOptions } from '../archive/index.ts';

/** What has to be known of a package before it is installed. */
export interface DebFacts {
  /** Its control file: a stanza, without an empty line after it. */
  readonly control: Uint8Array<ArrayBuffer>;
  /** All that it puts on a machine but folders, as absolute paths. */
  readonly paths: readonly string[];
}

/** Bytes of a control file; that of a kernel has 3000. */
const MOST_CONTROL_BYTES = 1024 * 1024;

/**
 * Reads a package whole, so that what is wrong with it is found before anything is done with it.
 * @throws AppError `archive/*`
 */
export async function readDebFacts(source: AsyncIterable<Uint8Array>, options: DebOptions): Promise<DebFacts> {
  let control: Uint8Array<ArrayBuffer> | undefined;
  const paths: string[] = [];
  for await (const entry of readDeb(source, options)) {
    if (entry.part === 'control' && entry.path === 'control') control = await contentOf(entry);
    if (entry.part === 'data' && entry.type !== 'folder') paths.push(`/${entry.path}`);
  }
  if (control) return { control, paths };
  throw new AppError('archive/damaged', { what: 'The package', detail: 'it has no control file' });
}

async function contentOf({ size, body }: DebEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (size > MOST_CONTROL_BYTES) throw new AppError('archive/too-large', { detail: 'its control file is too long' });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return concatBytes(pieces);
}
