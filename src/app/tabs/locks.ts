import { Deferred } from '#domain/async/index.ts';

/** A lock that this tab has. */
export interface Held {
  /** Resolves when others may take it. */
  release(): Promise<void>;
}

const TAB = 'portolan:tab:';
/** Held by the tab that runs the machine, from before its worker is started until that is ended. */
const MACHINE = 'portolan:machine:';

/** Undefined where the platform has no Web Locks (plain HTTP): nothing is kept there that tabs could share. */
function manager(): LockManager | undefined {
  const { locks }: { readonly locks?: LockManager } = navigator;
  return locks;
}

/** Held for as long as the tab lives: whoever waits for it hears of the tab's end, however it came. */
export async function holdTab(tab: string): Promise<void> {
  await take(TAB + tab, {});
}

/** Resolves when the tab has ended. */
export async function tabEnded(tab: string): Promise<void> {
  await manager()?.request(TAB + tab, { mode: 'shared' }, () => undefined);
}

/**
 * Takes the machine for this tab.
 * @param signal waits for another tab to let go of it until then; without one the answer comes at once
 * @returns undefined when another tab has it
 */
export async function takeMachine(id: string, signal?: AbortSignal): Promise<Held | undefined> {
  try {
    return await take(MACHINE + id, signal ? { signal } : { ifAvailable: true });
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

/** Which machines run, and in which tab; undefined for a tab whose own lock is not known yet. */
export async function surveyMachines(): Promise<ReadonlyMap<string, string | undefined>> {
  const { held = [] } = (await manager()?.query()) ?? {};
  const named = (prefix: string) =>
    held.flatMap(({ name, clientId }) =>
      name?.startsWith(prefix) ? [{ id: name.slice(prefix.length), clientId }] : [],
    );
  const tabs = new Map(named(TAB).map(({ id, clientId }) => [clientId, id]));
  return new Map(named(MACHINE).map(({ id, clientId }) => [id, tabs.get(clientId)]));
}

async function take(name: string, options: LockOptions): Promise<Held | undefined> {
  const locks = manager();
  if (!locks) return { release: () => Promise.resolve() };
  const taken = new Deferred<Held | undefined>();
  const ended = new Deferred<void>();
  const released = locks.request(name, options, async (lock) => {
    const release = async (): Promise<void> => {
      ended.resolve();
      await released;
    };
    taken.resolve(lock ? { release } : undefined);
    if (lock) await ended.promise;
  });
  released.catch((error: unknown) => taken.reject(error));
  return taken.promise;
}
