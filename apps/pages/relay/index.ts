/**
 * The page in the hidden frame that the shell has of the origin of apps: it passes on what the service worker here asks, and
 * tells when that has ended, as it tells others when its tab has. It talks to the shell's origin alone. Not here: what is asked.
 */
import { shellOriginOf } from '#domain/http/index.ts';
import { ORIGINS } from '#rpc/index.ts';

const shell = shellOriginOf(location.origin, ORIGINS);
/** Undefined in windows that have none, whatever the types say. */
const worker: ServiceWorkerContainer | undefined = navigator.serviceWorker;
/** A lock of this name is held for as long as this page is there: pages of the tab's machines wait for it. */
const life = crypto.randomUUID();
/** Runs of the service worker that have asked. */
const askers = new Set<string>();

worker?.addEventListener('message', ({ data, ports }) => {
  if (!isAsking(data)) return;
  parent.postMessage({ ...data, life }, shell, [...ports]);
  if (!askers.has(data.asker)) void tellEnd(data.asker);
});
void navigator.locks.request(life, () => new Promise(() => undefined));
worker?.startMessages();
await worker?.register('sw.js', { updateViaCache: 'none' });

/** A service worker holds a lock while it runs. Ports do not tell that it has ended. */
async function tellEnd(asker: string): Promise<void> {
  askers.add(asker);
  await navigator.locks.request(asker, () => parent.postMessage({ type: 'ASKER_ENDED', asker }, shell));
  askers.delete(asker);
}

function isAsking(data: unknown): data is { readonly asker: string } {
  return typeof data === 'object' && data !== null && 'asker' in data && typeof data.asker === 'string';
}
