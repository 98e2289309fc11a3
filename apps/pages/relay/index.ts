/**
 * The page in the hidden frame that the shell has of the origin of apps: it passes on what the service worker here asks. It
 * talks to the shell's origin alone. Not here: what is asked.
 */
import { shellOriginOf } from '#domain/http/index.ts';

const shell = shellOriginOf(location.origin);
const { serviceWorker } = navigator;

serviceWorker.addEventListener('message', ({ data, ports }) => parent.postMessage(data, shell, [...ports]));
serviceWorker.startMessages();
await serviceWorker.register('sw.js', { updateViaCache: 'none' });
await serviceWorker.ready;
parent.postMessage({ type: 'APPS_READY' }, shell);
