/**
 * The page in the hidden frame that the shell has of the origin of apps: it passes on what the service worker here asks. It
 * talks to the shell's origin alone. Not here: what is asked.
 */
import { shellOriginOf } from '#domain/http/index.ts';
import { ORIGINS } from '#rpc/index.ts';

const shell = shellOriginOf(location.origin, ORIGINS);
/** Undefined in windows that have none, whatever the types say. */
const worker: ServiceWorkerContainer | undefined = navigator.serviceWorker;

worker?.addEventListener('message', ({ data, ports }) => parent.postMessage(data, shell, [...ports]));
worker?.startMessages();
await worker?.register('sw.js', { updateViaCache: 'none' });
