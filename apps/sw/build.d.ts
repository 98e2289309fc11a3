/** Put in by vite.config.ts: a hash of all that the build was made from. */
declare const __BUILD_ID__: string;
