/** Waits until someone ends this process: Ctrl+C or SIGTERM. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** Does work that Ctrl+C and SIGTERM end by its signal, for this reason, so that it can clean up. */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>, reason: Error): Promise<T> {
  const stop = new AbortController();
  const onStop = (): void => stop.abort(reason);
  process.once('SIGINT', onStop).once('SIGTERM', onStop);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onStop).off('SIGTERM', onStop);
  }
}
