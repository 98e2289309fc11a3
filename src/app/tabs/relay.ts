import { AppError } from '#domain/errors/index.ts';
import type { ReachMachine } from '#ports/service-worker.ts';
import type { SharedMachine } from '#ports/shared-machine.ts';
import { answerWithService, BUILD, connect, requestPort, type Connection } from '#rpc/index.ts';
import * as v from 'valibot';
import { tabEnded } from './locks.ts';
import { MachineShare, type OwnMachine } from './machine-share.ts';

/** Seconds in which the service worker answers: it asks all tabs, and may have to be started first. */
const ANSWER_SECONDS = 4;
/** The service worker may be ended while it asks: another one answers the next time. */
const TRIES = 2;
/** Milliseconds in which a tab that has given a port says hello on it. */
const HELLO_MS = 5000;

const ReachSchema = v.object({ type: v.literal('REACH_MACHINE'), machine: v.string(), viewer: v.string() });

/** Undefined in windows that have no service workers, whatever the types say. */
function container(): ServiceWorkerContainer | undefined {
  return navigator.serviceWorker;
}

/** True when this window has a service worker that could find other tabs. */
export async function canReach(): Promise<boolean> {
  return (await activeWorker()) !== undefined;
}

/** A page that was loaded past it is not controlled by it, but may ask it. */
async function activeWorker(): Promise<ServiceWorker | undefined> {
  const registration = await container()?.getRegistration();
  return registration?.active ?? undefined;
}

/**
 * Connects to the tab that runs a machine.
 * @param viewer this tab's name
 * @param gone aborted when that tab no longer runs it
 * @throws AppError `tab/unreachable`, `tab/silent`, `tab/other-version`
 */
export async function reachMachine(
  machine: string,
  viewer: string,
  gone: AbortSignal,
): Promise<Connection<SharedMachine>> {
  const port = await findMachine({ type: 'REACH_MACHINE', machine, viewer });
  if (!port) throw new AppError('tab/silent');
  port.start();
  const ended = new AbortController();
  const end = (): void => ended.abort();
  gone.addEventListener('abort', end);
  if (gone.aborted) end();
  const timer = setTimeout(end, HELLO_MS);
  try {
    const options = { build: BUILD, peer: 'tab that runs this machine', gone: ended.signal };
    const connection = await connect<SharedMachine>(port, options);
    const close = (): void => {
      connection.close();
      port.close();
    };
    return { ...connection, close };
  } catch (error) {
    port.close();
    throw translated(error);
  } finally {
    clearTimeout(timer);
  }
}

async function findMachine(message: ReachMachine): Promise<MessagePort | undefined> {
  for (let tries = 1; ; tries++) {
    const worker = await activeWorker();
    if (!worker) throw new AppError('tab/unreachable');
    try {
      const options = { peer: 'service worker', seconds: ANSWER_SECONDS };
      return await requestPort((reply) => worker.postMessage(message, [reply]), options);
    } catch {
      if (tries === TRIES) return undefined;
    }
  }
}

/** The words of src/rpc are for a worker of this page. */
function translated(error: unknown): AppError {
  const { code, data } = AppError.from(error);
  if (code !== 'rpc/version-mismatch') return new AppError('tab/silent', {}, { cause: error });
  return new AppError('tab/other-version', { theirs: data['worker'] ?? '?', ours: data['page'] ?? '?' });
}

/** Answers other tabs that look for machines of this one. @param find undefined for a machine that does not run here */
export function shareMachines(find: (machine: string) => OwnMachine | undefined): void {
  container()?.addEventListener('message', ({ data, ports: [reply] }) => {
    const message = v.safeParse(ReachSchema, data);
    if (message.success && reply) share(find(message.output.machine), message.output.viewer, reply);
  });
}

function share(machine: OwnMachine | undefined, viewer: string, reply: MessagePort): void {
  const gone = new AbortController();
  const port = answerWithService(reply, machine && new MachineShare(machine, gone.signal));
  if (!port) return;
  void tabEnded(viewer).then(() => {
    gone.abort();
    port.close();
  });
}
