import type { OriginPair } from '#domain/http/index.ts';

/** The folders that a server has. */
export interface Site {
  /** The folder whose files are served: the app's, or a catalog's alone. */
  readonly root: string;
  /** A catalog's folder, served below `/catalog/` in place of the root's own, and at the root as far as it is a catalog. */
  readonly catalog?: string | undefined;
  /** Where the build that is served has its pages, if it was made for a deployment. */
  readonly origins?: OriginPair | undefined;
}

/** A file of one of them. */
export interface SitePath {
  readonly root: string;
  /** As in the URL, with its escapes. */
  readonly path: string;
}

const MOUNT = '/catalog/';
/** A host that has nothing but the catalog has it at its root, and that is where people may look for it. */
const CATALOG_FILES = /^\/(?:catalog\.json(?:\.minisig)?|minisign\.pub|index\.json|oci-layout|blobs\/.*)$/;

/** Which folder's file a URL's path means. */
export function locate({ root, catalog }: Site, path: string): SitePath {
  if (catalog === undefined) return { root, path };
  if (path.startsWith(MOUNT)) return { root: catalog, path: path.slice(MOUNT.length - 1) };
  return { root: CATALOG_FILES.test(path) ? catalog : root, path };
}
