import { signal, type ReadonlySignal } from '@preact/signals';

/** Ages and waits are shown in seconds at the finest, and nobody needs each of them. */
const TICK_MS = 5000;

/** The time in milliseconds since the epoch. It goes on only while someone looks at it, and the page can be seen. */
export function followClock(): ReadonlySignal<number> {
  let ticking: ReturnType<typeof setInterval> | undefined;
  const now = signal(Date.now(), {
    watched() {
      this.value = Date.now();
      ticking = setInterval(() => {
        if (document.visibilityState === 'visible') this.value = Date.now();
      }, TICK_MS);
    },
    unwatched() {
      clearInterval(ticking);
    },
  });
  return now;
}
