import type { Digest } from '#domain/container/index.ts';

/** Held while containers are removed or evicted: one at a time, in whatever thread. */
const SHELF_LOCK = 'portolan:shelf';

/** Held, shared, by whoever needs a container to stay: machines that run from it, downloads of it. */
function containerLock(digest: Digest): string {
  return `portolan:container:${digest}`;
}

/** Undefined where the platform has no Web Locks (Node): there is only one thread that could be in the way there. */
function manager(): LockManager | undefined {
  const { locks }: { readonly locks?: LockManager } = globalThis.navigator ?? {};
  return locks;
}

/** Keeps a container from being removed or evicted until the signal. Resolves when that is certain. */
export function holdContainer(digest: Digest, signal: AbortSignal): Promise<void> {
  const locks = manager();
  if (!locks || signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const held = (): Promise<void> => {
      resolve();
      return new Promise((release) => {
        signal.addEventListener('abort', () => release());
      });
    };
    locks.request(containerLock(digest), { mode: 'shared' }, held).catch(reject);
  });
}

/** Runs `work` unless somebody holds the container; nobody can take hold of it meanwhile. @returns undefined if so */
export async function unlessHeld<T>(digest: Digest, work: () => Promise<T>): Promise<T | undefined> {
  const locks = manager();
  if (!locks) return work();
  return locks.request(containerLock(digest), { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}

/** Which of `digests` somebody holds. */
export async function heldContainers(digests: readonly Digest[]): Promise<ReadonlySet<Digest>> {
  const { held = [] } = (await manager()?.query()) ?? {};
  const names = new Set(held.map(({ name }) => name));
  return new Set(digests.filter((digest) => names.has(containerLock(digest))));
}

/** Runs `work` while nobody else changes what is on the shelf. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = manager();
  return locks ? locks.request(SHELF_LOCK, work) : work();
}
