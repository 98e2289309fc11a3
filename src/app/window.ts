import type { Portolan } from '#ports/portolan.ts';

declare global {
  interface Window {
    /** The page's API, for embedding and automation: see docs/api.md. */
    portolan: Portolan;
  }
}

/** Gives scripts of this page what the page itself is built on. */
export function publish(portolan: Portolan): void {
  window.portolan = portolan;
}
