import type { ReadonlySignal } from '@preact/signals';
import type { Route } from './route.ts';

/** What the models need of the browser's window, so that they run without one. */
export interface Environment {
  readonly route: ReadonlySignal<Route>;
  /** Adds an entry to the history and goes there. */
  go(route: Route): void;
  /** True once the user has gone from one view to another; the first view of a visit does not take the focus. */
  readonly moved: boolean;
  /** True while the address asks for the debug panel. */
  readonly debug: ReadonlySignal<boolean>;
  setDebug(open: boolean): void;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
  /** Small settings of this browser; neither method throws. */
  readonly settings: Settings;
}

export interface Settings {
  read(key: string): string | undefined;
  write(key: string, value: string): void;
}
