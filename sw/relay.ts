import { firstDefined } from '#domain/async/index.ts';
import type { ReachMachine } from '#ports/service-worker.ts';
import { answerPortRequest, requestPort } from '#rpc/index.ts';

/** Seconds in which a tab has to say whether it runs a machine: a busy one may need a moment, a frozen one never answers. */
const ANSWER_SECONDS = 2;

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
  answerPortRequest(reply, await firstDefined(others.map((tab) => ask(tab, message))));
}

/** A tab that does not answer has no port to give. */
async function ask(tab: Tab, message: ReachMachine): Promise<MessagePort | undefined> {
  const options = { peer: 'tab', seconds: ANSWER_SECONDS };
  return requestPort((port) => tab.postMessage(message, [port]), options).catch(() => undefined);
}
