const started = performance.now();

/** Writes one line of progress to standard error, with the seconds since the start. */
export function logProgress(message: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds}s  ${message}\n`);
}

/** Writes one line about something that went wrong but does not stop the build. */
export function logWarning(message: string): void {
  logProgress(`warning: ${message}`);
}
