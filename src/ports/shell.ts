import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Cancellable } from './cancellation.ts';

/** The application around the machines: its own versions, its installation, its health. */
export interface Shell {
  /** What keeps this window from being kept or from running machines; undefined when all is well. */
  readonly limitation: ErrorRecord | undefined;
  /** True when a newer build waits to be used. */
  readonly updateReady: boolean;
  /** True when the browser offers to install the app. */
  readonly installable: boolean;
  readonly online: boolean;
  /** Reloads into the newer build. Machines of this page end; the caller has asked the user. */
  applyUpdate(): Promise<void>;
  /** Shows the browser's own installation dialog. */
  install(): Promise<void>;
  /** Any of the above changed, or an error was reported. */
  onChange(listener: () => void, options?: Cancellable): void;
  /** Keeps an error for the debug panel. */
  report(error: unknown): void;
  diagnose(): Promise<Diagnosis>;
}

/** What `?debug` shows. */
export interface Diagnosis {
  readonly build: string;
  readonly engine: string;
  readonly serviceWorker: string;
  readonly crossOriginIsolated: boolean;
  readonly caches: readonly { readonly name: string; readonly entries: number }[];
  /** Bytes used and granted by the browser; undefined where it does not say. */
  readonly quota: { readonly usage: number; readonly total: number; readonly persisted: boolean } | undefined;
  readonly errors: readonly { readonly at: number; readonly record: ErrorRecord }[];
}
