import { PrecacheController, PrecacheRoute, type PrecacheEntry } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { answerFromKept, keepOutdatedAssets, routeOutdatedAssets } from './outdated-assets.ts';
import { isShell } from './scope.ts';

/** The app's own files, as the service worker itself reads them: its own requests do not come by its routes. */
export interface OwnFiles {
  /** The file whose address fits; undefined when it is not kept (in development). */
  find(name: RegExp): Promise<Response | undefined>;
}

/**
 * Keeps the app's own files, and answers for them without the network.
 *
 * Three moments matter while a newer build comes in:
 * - It installs beside the old one: its files are added, none is taken away. Open pages are still served by the old
 *   worker, which finds each file of its own build.
 * - It waits until the user agrees (`SKIP_WAITING`): nothing here calls `skipWaiting` of its own.
 * - It activates: files of the old build leave the precache. Pages of the old build may still be open in other tabs,
 *   with a machine in them, so these files stay reachable: see outdated-assets.ts.
 */
export function precacheShell(worker: ServiceWorkerGlobalScope, manifest: (PrecacheEntry | string)[]): OwnFiles {
  const controller = new PrecacheController({ plugins: [answerFromKept] });
  controller.addToCacheList(manifest);
  route(controller, worker.registration.scope);
  worker.addEventListener('install', (event) => event.waitUntil(controller.install(event)));
  worker.addEventListener('activate', (event) => event.waitUntil(replaceOldBuild(controller, event)));
  const find = async (name: RegExp): Promise<Response | undefined> => {
    const url = controller.getCachedURLs().find((each) => name.test(each));
    return url === undefined ? undefined : controller.matchPrecache(url);
  };
  return { find };
}

function route(controller: PrecacheController, scope: string): void {
  registerRoute(new PrecacheRoute(controller));
  registerRoute(
    ({ request, url }) => request.mode === 'navigate' && isShell(url, scope),
    controller.createHandlerBoundToURL('index.html'),
  );
  routeOutdatedAssets(scope);
}

async function replaceOldBuild(controller: PrecacheController, event: ExtendableEvent): Promise<void> {
  await keepOutdatedAssets(controller);
  await controller.activate(event);
}
