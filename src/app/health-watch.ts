/** Milliseconds between two looks at the sources while the page is seen. */
const PERIOD_MS = 60_000;

/** Calls `check` now and then, but only while somebody sees the page; and at once when the network is back. */
export function watchHealth(check: () => void): void {
  const look = (): void => {
    if (document.visibilityState === 'visible') check();
  };
  setInterval(look, PERIOD_MS);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', look);
}
