import { appsOriginOf } from '#domain/http/index.ts';
import type { AppService } from '#ports/app-service.ts';
import { answerPortRequest, answerWithService, ORIGINS } from '#rpc/index.ts';
import * as v from 'valibot';
import { AppShare } from './app-share.ts';

const MessageSchema = v.variant('type', [
  v.object({
    type: v.literal('REACH_APPS'),
    machine: v.string(),
    asker: v.string(),
    /** Names a lock of the apps' origin that is held for as long as this tab is there; a relay of an earlier build has none. */
    life: v.optional(v.string()),
  }),
  /** What asked is no longer there. */
  v.object({ type: v.literal('ASKER_ENDED'), asker: v.string() }),
]);
type Message = v.InferOutput<typeof MessageSchema>;
type Reach = Extract<Message, { type: 'REACH_APPS' }>;
type Find = (machine: string) => AppService | undefined;

/** Answers the service worker of apps when it looks for machines of this tab. @param find undefined for one that does not run here */
export function shareApps(find: Find): void {
  const origin = appsOriginOf(location.origin, ORIGINS);
  if (origin === undefined) return;
  const frame = openRelay(`${origin}/relay.html`);
  const shares = new Shares(find);
  addEventListener('message', ({ data, origin: from, source, ports: [reply] }) => {
    if (from !== origin || source !== frame.contentWindow) return;
    const message = v.safeParse(MessageSchema, data);
    if (message.success) shares.take(message.output, reply);
  });
}

/** Where nobody answers at that origin, the frame stays empty, and there are no apps. */
function openRelay(url: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.title = 'Way to the pages of machines';
  frame.src = url;
  document.body.append(frame);
  return frame;
}

/** Who has been given a way to which machines. */
class Shares {
  readonly #find: Find;
  readonly #machines = new Map<string, Set<AppService>>();

  constructor(find: Find) {
    this.#find = find;
  }

  take(message: Message, reply: MessagePort | undefined): void {
    if (message.type === 'ASKER_ENDED') this.#letGo(message.asker);
    else if (reply) this.#share(message, this.#find(message.machine), reply);
  }

  #share({ asker, life }: Reach, machine: AppService | undefined, reply: MessagePort): void {
    if (!machine) return answerPortRequest(reply, undefined);
    this.#machines.set(asker, (this.#machines.get(asker) ?? new Set()).add(machine));
    answerWithService(reply, new AppShare(machine, life));
  }

  /** A machine that does not run any more has nothing to let go of. */
  #letGo(asker: string): void {
    for (const machine of this.#machines.get(asker) ?? []) machine.letGo(asker).catch(() => undefined);
    this.#machines.delete(asker);
  }
}
