import type { Digest } from '#domain/container/index.ts';
import type { Machine } from './portolan.ts';

export type AppPages = 'own' | 'shared' | 'none';

/** Where pages of guests are, and which may be there. */
export interface AppPagesDesk {
  /**
   * Where the pages of guests' servers open: at an origin of their `own`; at the app's, which they `share`, and which is for
   * trusted containers alone; or `none`.
   */
  readonly appPages: AppPages;
  /** The containers that the user trusts: where they share the app's origin, their pages can do all that the app can. */
  trusted(): Promise<readonly Digest[]>;
  /** Trusts a container, or no longer: what its pages have under way is broken off, and its tabs are loaded anew. */
  trust(manifest: Digest, trusted: boolean): Promise<void>;
  /** Loads the tabs anew that show an app of a machine. @param apps its port, and its name if it has one @returns how many */
  reloadApps(machine: Machine, apps: readonly string[]): Promise<number>;
}
