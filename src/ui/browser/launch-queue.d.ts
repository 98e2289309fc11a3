/*
 * The launch queue (W3C Web App Launch Handler API): how an installed app hears that it is opened again, with a link or
 * with files. Only Chromium has it; TypeScript's library does not.
 */
interface LaunchParams {
  /** The URL that was to be opened. */
  readonly targetURL?: string | null;
  readonly files: readonly FileSystemHandle[];
}

interface LaunchQueue {
  setConsumer(consumer: (params: LaunchParams) => void): void;
}

interface Window {
  readonly launchQueue?: LaunchQueue;
}
