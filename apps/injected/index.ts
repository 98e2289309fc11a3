/**
 * The script that guests' pages are given: a service worker never sees a WebSocket, so theirs is replaced by one that passes
 * through it. It runs in a stranger's page, which may do with it as it likes: nothing here is trusted, or kept secret.
 */
import { replaceWebSocket } from './replace-websocket.ts';

/** Pages in a sandbox have no service worker, whatever the types say. */
const worker: ServiceWorkerContainer | undefined = navigator.serviceWorker;
if (worker) replaceWebSocket(window, worker);
