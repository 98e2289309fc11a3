import { firstDefined } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import * as v from 'valibot';
import { BUILD } from './build.ts';
import { serve } from './serve.ts';

/** The answer to a request for a port: `GRANTED` comes with one. */
const AnswerSchema = v.variant('type', [
  v.object({ type: v.literal('GRANTED') }),
  v.object({ type: v.literal('REFUSED') }),
]);
type Answer = v.InferOutput<typeof AnswerSchema>;

/** Seconds in which a window has to say whether it has what is looked for: a busy one may need a moment. */
const WINDOW_SECONDS = 2;

export interface PortRequestOptions {
  /** Names the other side in errors. */
  readonly peer: string;
  /** Seconds in which it has to answer. */
  readonly seconds: number;
}

/**
 * Asks another thread for a port to something that it, or one that it knows, has.
 * @param post sends the question with the port on which it is to be answered
 * @returns undefined when the other side does not have it
 * @throws AppError `rpc/no-answer`
 */
export async function requestPort(
  post: (reply: MessagePort) => void,
  { peer, seconds }: PortRequestOptions,
): Promise<MessagePort | undefined> {
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new AppError('rpc/no-answer', { peer, seconds })), seconds * 1000);
      port1.addEventListener('message', ({ data, ports }) => {
        const answer = v.safeParse(AnswerSchema, data);
        if (answer.success) resolve(answer.output.type === 'GRANTED' ? ports[0] : undefined);
      });
      port1.start();
      post(port2);
    });
  } finally {
    clearTimeout(timer);
    port1.close();
  }
}

/** A window that can be asked. */
interface AskedWindow<Message> {
  postMessage(message: Message, transfer: Transferable[]): void;
}

/**
 * Asks all of these windows, and takes the port of the first that has one to give. A frozen one never answers, and counts as
 * one that has none.
 */
export async function requestPortOfAny<Message, Asked extends AskedWindow<Message>>(
  windows: readonly Asked[],
  message: Message,
): Promise<{ readonly port: MessagePort; readonly from: Asked } | undefined> {
  const options = { peer: 'tab', seconds: WINDOW_SECONDS };
  const ask = async (from: Asked) => {
    const port = await requestPort((reply) => from.postMessage(message, [reply]), options).catch(() => undefined);
    return port && { port, from };
  };
  return firstDefined(windows.map(ask));
}

/**
 * Answers a request on its port with a way to a service.
 * @param service undefined: there is none to be had here
 * @returns our end of it
 */
export function answerWithService(reply: MessagePort, service: object | undefined): MessagePort | undefined {
  if (!service) {
    answerPortRequest(reply, undefined);
    return undefined;
  }
  const { port1, port2 } = new MessageChannel();
  serve(service, BUILD, port1);
  answerPortRequest(reply, port2);
  return port1;
}

/** Answers a request on its port. @param port undefined: there is none to be had here */
export function answerPortRequest(reply: MessagePort, port: MessagePort | undefined): void {
  const answer: Answer = { type: port ? 'GRANTED' : 'REFUSED' };
  reply.postMessage(answer, port ? [port] : []);
}
