import type { Diagnosis } from '#ports/shell.ts';
import { BUILD } from '#rpc/index.ts';
import type { LoggedError } from './error-log.ts';

/** What the debug panel shows. Every part may be refused by the browser, and is then left empty. */
export async function diagnose(errors: readonly LoggedError[]): Promise<Diagnosis> {
  const [serviceWorker, caches, quota] = await Promise.all([serviceWorkerState(), cacheSizes(), storageQuota()]);
  return {
    build: `${BUILD.build} (protocol ${BUILD.protocol})`,
    engine: 'v86 0.5.462',
    serviceWorker,
    crossOriginIsolated: globalThis.crossOriginIsolated,
    caches,
    quota,
    errors,
  };
}

async function serviceWorkerState(): Promise<string> {
  if (!('serviceWorker' in navigator)) return 'not available here';
  const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  if (!registration) return 'not registered';
  const { installing, waiting, active } = registration;
  const states = [installing, waiting, active].flatMap((worker) => (worker ? [worker.state] : []));
  const control = navigator.serviceWorker.controller ? 'controls this page' : 'does not control this page yet';
  return `${states.join(', ')}; ${control}`;
}

async function cacheSizes(): Promise<Diagnosis['caches']> {
  if (!('caches' in globalThis)) return [];
  const names = await caches.keys().catch(() => []);
  return Promise.all(names.map(async (name) => ({ name, entries: (await (await caches.open(name)).keys()).length })));
}

async function storageQuota(): Promise<Diagnosis['quota']> {
  const storage: StorageManager | undefined = navigator.storage;
  const estimate = await storage?.estimate().catch(() => undefined);
  if (!estimate) return undefined;
  const persisted = await storage.persisted().catch(() => false);
  return { usage: estimate.usage ?? 0, total: estimate.quota ?? 0, persisted };
}
