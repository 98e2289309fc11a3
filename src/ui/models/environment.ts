import type { ReadonlySignal } from '@preact/signals';
import type { Route } from './route.ts';

/** What the models need of the browser's window, so that they run without one. */
export interface Environment {
  readonly route: ReadonlySignal<Route>;
  /** Goes there, and adds an entry to the history or takes the place of the one that is shown. */
  go(route: Route, options?: { readonly replace?: boolean }): void;
  /** True once the user has gone from one view to another; the first view of a visit does not take the focus. */
  readonly moved: boolean;
  /** True while the address asks for the debug panel. */
  readonly debug: ReadonlySignal<boolean>;
  setDebug(open: boolean): void;
  /** The time in milliseconds since the epoch, every few seconds while someone looks at it. */
  readonly now: ReadonlySignal<number>;
  /** The absolute URL that opens this app at a fragment. */
  linkTo(fragment: string): string;
  /** Opens a page in a tab of its own, which does not know of this one. */
  openTab(url: string): void;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
  /** Opens the system's own dialog to hand a link on; undefined where there is none. Resolves also when the user does not. */
  readonly share: ((link: { readonly title: string; readonly url: string }) => Promise<void>) | undefined;
  /** Hands a file to the user, as a download. */
  save(name: string, file: Blob): void;
  /** Small settings of this browser; neither method throws. */
  readonly settings: Settings;
}

export interface Settings {
  read(key: string): string | undefined;
  write(key: string, value: string): void;
}
