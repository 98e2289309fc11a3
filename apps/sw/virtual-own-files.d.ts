/** Put in by cli/bundle/apps-plugin.ts. */
declare module 'virtual:own-files' {
  /** The text of each file, by its path. */
  export const FILES: Readonly<Record<string, string>>;
  /** Which of them guests' pages are given; its digest as in an element's `integrity`. */
  export const INJECTED: { readonly path: string; readonly integrity: string };
}
