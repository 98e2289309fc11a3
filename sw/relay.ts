import type { ReachMachine } from '#ports/service-worker.ts';
import { answerPortRequest, requestPortOfAny } from '#rpc/index.ts';

/** A window that can be asked. */
interface Tab {
  readonly id: string;
  postMessage(message: ReachMachine, transfer: Transferable[]): void;
}

/**
 * Finds the tab that runs a machine, and hands on the port to it. Nothing of it is remembered: tabs come and go, and so
 * does the service worker. Once the two have their port, they need it no longer.
 * @param asker id of the client that asks
 * @param reply where it waits for the answer
 */
export async function relayReach(
  tabs: readonly Tab[],
  message: ReachMachine,
  asker: string | undefined,
  reply: MessagePort,
): Promise<void> {
  const others = tabs.filter(({ id }) => id !== asker);
  const answer = await requestPortOfAny(others, message);
  answerPortRequest(reply, answer?.port);
}
