import { appsOriginOf } from '#domain/http/index.ts';
import type { AppService } from '#ports/app-service.ts';
import { answerPortRequest, BUILD, ORIGINS, serve } from '#rpc/index.ts';
import * as v from 'valibot';
import { AppShare } from './app-share.ts';

const ReachSchema = v.object({ type: v.literal('REACH_APPS'), machine: v.string() });

/** Answers the service worker of apps when it looks for machines of this tab. @param find undefined for one that does not run here */
export function shareApps(find: (machine: string) => AppService | undefined): void {
  const origin = appsOriginOf(location.origin, ORIGINS);
  if (origin === undefined) return;
  const frame = openRelay(`${origin}/relay.html`);
  addEventListener('message', ({ data, origin: from, source, ports: [reply] }) => {
    if (from !== origin || source !== frame.contentWindow || !reply) return;
    const message = v.safeParse(ReachSchema, data);
    if (message.success) share(find(message.output.machine), reply);
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

function share(machine: AppService | undefined, reply: MessagePort): void {
  if (!machine) return answerPortRequest(reply, undefined);
  const { port1, port2 } = new MessageChannel();
  serve(new AppShare(machine), BUILD, port1);
  answerPortRequest(reply, port2);
}
