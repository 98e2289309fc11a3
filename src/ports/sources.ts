import type { Digest } from '#domain/container/index.ts';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Cancellable } from './cancellation.ts';

/** A catalog that the user has added, and how it does. */
export interface Source {
  /** Absolute URL of its catalog.json (or of an older server's `/api/v1/catalog`). It names the source. */
  readonly url: string;
  readonly name: string;
  /** Place in the user's order; 0 is asked first. */
  readonly priority: number;
  readonly enabled: boolean;
  /** This server's own catalog: there by default, cannot be removed, only disabled. */
  readonly embedded: boolean;
  /** Entries of its catalog as it was last read. */
  readonly entries: number;
  /** When its catalog was last read or found unchanged, in milliseconds since the epoch; undefined: never. */
  readonly readAt: number | undefined;
  /** True when its last answer was a failure: its entries are of `readAt`. */
  readonly stale: boolean;
  readonly health: SourceHealth;
  readonly signature: CatalogSignature;
}

export interface SourceHealth {
  /** Milliseconds until the first byte of its last answer; undefined before the first. */
  readonly latency: number | undefined;
  /** Failures since its last answer. */
  readonly failures: number;
  readonly error: ErrorRecord | undefined;
  /** It is left alone until then (back-off), in milliseconds since the epoch; undefined when it is not. */
  readonly retryAt: number | undefined;
}

/** Whether a catalog is signed (minisign format), and by whom. The key of the first signature is pinned. */
export type CatalogSignature =
  | { readonly name: 'unsigned' }
  | { readonly name: 'signed'; /** 16 hex digits, as minisign prints them. */ readonly keyId: string }
  /** It had another key before, or none that fits: nothing newer than what is here is taken from it. */
  | { readonly name: 'refused'; readonly error: ErrorRecord };

/** What the user can say about a source. */
export interface SourceSettings {
  readonly name?: string;
  /** Puts it at this place of the user's order, counted from 0; the others close up. */
  readonly priority?: number;
  readonly enabled?: boolean;
  /** minisign's public key in base64: pins it. */
  readonly key?: string;
}

/** The user's sources. */
export interface Sources {
  /** In the user's order. */
  list(options?: Cancellable): Promise<readonly Source[]>;
  /**
   * Reads the catalog at `url` and adds it as the last. A URL that is there already is only updated.
   * @param url of a catalog.json, or of the folder that it is in
   * @throws AppError `source/*`, `format/invalid`: then nothing was added
   */
  add(url: string, settings?: SourceSettings, options?: Cancellable): Promise<Source>;
  /** @throws AppError `source/unknown` */
  update(url: string, settings: SourceSettings): Promise<Source>;
  /** Forgets a source; containers from it stay. @throws AppError `source/embedded` for this server's own */
  remove(url: string): Promise<void>;
  /** Asks a source (or all) again now, without regard to back-off. Failures are in its health. */
  refresh(url?: string, options?: Cancellable): Promise<void>;
}

/** A place to fetch a container's bytes from. */
export interface Mirror {
  /** Absolute URL of the catalog.json beside which the blobs are. */
  readonly catalogUrl: string;
}

/** Where containers can be had: what fetches bytes asks here, and tells how it went. */
export interface MirrorDirectory {
  /** Mirrors of a container, best first: priority, then health, then latency. Empty when no source lists it. */
  mirrorsOf(manifest: Digest): Promise<readonly Mirror[]>;
  /** Remembers how a mirror did. Never throws. */
  report(mirror: Mirror, outcome: MirrorOutcome): void;
}

export type MirrorOutcome =
  | { readonly ok: true; readonly milliseconds: number }
  | { readonly ok: false; readonly error: ErrorRecord };
