import type { FromServiceWorker, ToServiceWorker } from '#ports/service-worker.ts';
import * as v from 'valibot';
import { relayReach } from './relay.ts';

const MessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('SKIP_WAITING') }),
  v.strictObject({ type: v.literal('IDENTIFY') }),
  v.strictObject({ type: v.literal('REACH_MACHINE'), machine: v.string(), viewer: v.string() }),
]);

/** Reads a message from a page; undefined when it is none of ours: other scripts may post to us, and are not answered. */
export function parseMessage(data: unknown): ToServiceWorker | undefined {
  const result = v.safeParse(MessageSchema, data);
  return result.success ? result.output : undefined;
}

/** Does what pages ask for. */
export function answerMessages(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener('message', (event) => {
    const message = parseMessage(event.data);
    if (message !== undefined) event.waitUntil(answer(worker, message, event));
  });
}

async function answer(
  worker: ServiceWorkerGlobalScope,
  message: ToServiceWorker,
  { source, ports: [port] }: ExtendableMessageEvent,
): Promise<void> {
  switch (message.type) {
    case 'SKIP_WAITING':
      return worker.skipWaiting();
    case 'IDENTIFY':
      return port?.postMessage(identity());
    case 'REACH_MACHINE': {
      // A tab that was loaded past the service worker is not its client, but may run the machine all the same.
      const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
      const asker = source && 'id' in source ? source.id : undefined;
      if (port) await relayReach(tabs, message, asker, port);
    }
  }
}

function identity(): FromServiceWorker {
  return { type: 'IDENTITY', build: __BUILD_ID__ };
}
