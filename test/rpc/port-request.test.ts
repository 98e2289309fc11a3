import { afterEach, expect, it, vi } from 'vitest';
import { answerPortRequest, requestPort } from '#rpc/index.ts';
import { failureOf } from '../support/failure.ts';

const OPTIONS = { peer: 'tab', seconds: 2 };

afterEach(() => vi.useRealTimers());

it('gives the port that the other side grants, and what is sent on it arrives', async () => {
  const { port1, port2 } = new MessageChannel();
  const port = await requestPort((reply) => answerPortRequest(reply, port2), OPTIONS);
  const heard = new Promise((resolve) => {
    port1.addEventListener('message', ({ data }) => resolve(data));
    port1.start();
  });
  port?.postMessage('ahoy');
  expect(await heard).toBe('ahoy');
  port1.close();
});

it('gives none when the other side has none', async () => {
  expect(await requestPort((reply) => answerPortRequest(reply, undefined), OPTIONS)).toBeUndefined();
});

it('does not take other messages for an answer', async () => {
  const answer = requestPort((reply) => {
    for (const other of [undefined, 'GRANTED', { type: 'granted' }]) reply.postMessage(other);
    answerPortRequest(reply, undefined);
  }, OPTIONS);
  expect(await answer).toBeUndefined();
});

it('gives up on whoever is silent, and leaves no timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const failure = failureOf(requestPort(() => undefined, OPTIONS));
  await vi.advanceTimersByTimeAsync(2000);
  expect(await failure).toEqual({ code: 'rpc/no-answer', data: { peer: 'tab', seconds: 2 } });
  expect(vi.getTimerCount()).toBe(0);
});
