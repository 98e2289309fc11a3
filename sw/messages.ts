import type { FromServiceWorker, ToServiceWorker } from '#ports/service-worker.ts';
import * as v from 'valibot';

const MessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('SKIP_WAITING') }),
  v.strictObject({ type: v.literal('IDENTIFY') }),
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
    if (message !== undefined) event.waitUntil(answer(worker, message, event.ports[0]));
  });
}

async function answer(worker: ServiceWorkerGlobalScope, message: ToServiceWorker, port?: MessagePort): Promise<void> {
  switch (message.type) {
    case 'SKIP_WAITING':
      return worker.skipWaiting();
    case 'IDENTIFY':
      port?.postMessage(identity());
  }
}

function identity(): FromServiceWorker {
  return { type: 'IDENTITY', build: __BUILD_ID__ };
}
