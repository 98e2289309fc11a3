/**
 * The page in the hidden frame that the shell has of the origin of apps: it passes on what the service worker here asks and what
 * the shell wants of that, and tells when it has ended, as it tells others when its tab has. It talks to the shell's origin alone.
 * Not here: what is asked.
 */
import { shellOriginOf } from '#domain/http/index.ts';
import { Askers, holdLife, ORIGINS } from '#rpc/index.ts';

const shell = shellOriginOf(location.origin, ORIGINS);
/** Undefined in windows that have none, whatever the types say. */
const worker: ServiceWorkerContainer | undefined = navigator.serviceWorker;
/** A lock of this name is held for as long as this page is there: pages of the tab's machines wait for it. */
const life = holdLife();
const askers = new Askers((asker) => parent.postMessage({ type: 'ASKER_ENDED', asker }, shell));

tell('here');
worker?.addEventListener('message', ({ data, ports }) => {
  if (!isAsking(data)) return;
  parent.postMessage({ ...data, life }, shell, [...ports]);
  void askers.note(data.asker);
});
worker?.startMessages();
addEventListener('message', ({ data, origin, source, ports }) => {
  if (origin === shell && source === parent) void pass(data, ports);
});
try {
  if (!worker) throw new Error('this window has no service workers');
  await worker.register('sw.js', { updateViaCache: 'none' });
  tell('ready');
} catch {
  tell('refused');
}

function tell(state: 'here' | 'ready' | 'refused'): void {
  parent.postMessage({ type: 'RELAY', state }, shell);
}

async function pass(data: unknown, ports: readonly MessagePort[]): Promise<void> {
  const registration = await worker?.getRegistration();
  registration?.active?.postMessage(data, [...ports]);
}

function isAsking(data: unknown): data is { readonly asker: string } {
  return typeof data === 'object' && data !== null && 'asker' in data && typeof data.asker === 'string';
}
