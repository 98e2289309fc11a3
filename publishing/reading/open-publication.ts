import { stat } from 'node:fs/promises';
import { PublishError } from '../publish-error.ts';
import { FolderPublication } from './folder-publication.ts';
import type { Publication } from './publication.ts';
import { ServerPublication } from './server-publication.ts';

/**
 * The catalog at a folder or an http(s) URL.
 * @throws PublishError when the folder is not there
 */
export async function openPublication(place: string): Promise<Publication> {
  if (isUrl(place)) return new ServerPublication(place);
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory() === true) return new FolderPublication(place);
  throw new PublishError(found ? `${place} is not a folder.` : `There is no folder ${place}.`);
}

/** True for the address of something on a server. */
export function isUrl(place: string): boolean {
  return /^https?:\/\//i.test(place) && URL.canParse(place);
}
