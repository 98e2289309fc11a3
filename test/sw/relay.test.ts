import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { ReachMachine } from '#ports/service-worker.ts';
import { answerPortRequest, connect, requestPort, serve } from '#rpc/index.ts';
import { failureOf } from '../support/failure.ts';
import { relayReach } from '../../sw/relay.ts';

const BUILD = { build: 'abc', protocol: 3 };
const REACH: ReachMachine = { type: 'REACH_MACHINE', machine: 'base-1', viewer: 'viewer' };
const PATIENT = { peer: 'service worker', seconds: 10 };

/** A tab of the browser, as the service worker has it. */
interface FakeTab {
  readonly id: string;
  readonly asked: unknown[];
  postMessage(message: unknown, transfer: Transferable[]): void;
}

type Answer = (reply: MessagePort) => void;

function tab(id: string, answer: Answer): FakeTab {
  const asked: unknown[] = [];
  return {
    id,
    asked,
    postMessage: (message, [reply]) => {
      asked.push(message);
      if (reply instanceof MessagePort) answer(reply);
    },
  };
}

const refuses: Answer = (reply) => answerPortRequest(reply, undefined);
const isFrozen: Answer = () => undefined;
/** Runs the machine: gives a port on which it serves. */
const runs: Answer = (reply) => {
  const { port1, port2 } = new MessageChannel();
  const service = {
    greet: (name: string) => Promise.resolve(`ahoy ${name}`),
    suspend: () => Promise.reject(new AppError('storage/full', { what: 'the machine’s state' })),
    wait: ({ signal }: { signal: AbortSignal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('given up'))),
  };
  serve(service, BUILD, port1);
  answerPortRequest(reply, port2);
};

interface Service {
  greet(name: string): Promise<string>;
  suspend(): Promise<void>;
  wait(options: { signal: AbortSignal }): Promise<string>;
}

function reach(tabs: readonly FakeTab[]): Promise<MessagePort | undefined> {
  return requestPort((reply) => void relayReach(tabs, REACH, 'asker', reply), PATIENT);
}

const opened: MessagePort[] = [];
/** The port to the one that runs it, closed with the test. */
async function reached(tabs: readonly FakeTab[]): Promise<MessagePort> {
  const port = await reach(tabs);
  if (!port) throw new Error('nobody was reached');
  port.start();
  opened.push(port);
  return port;
}

afterEach(() => {
  vi.useRealTimers();
  for (const port of opened.splice(0)) port.close();
});

describe('the service worker', () => {
  it('finds the tab that runs a machine among those that do not, and never asks the one that looks for it', async () => {
    const asker = tab('asker', runs);
    const others = [tab('a', refuses), tab('b', runs), tab('c', refuses)];
    const port = await reached([asker, ...others]);
    const { service } = await connect<Service>(port, { build: BUILD, peer: 'tab' });
    expect(await service.greet('from afar')).toBe('ahoy from afar');
    expect(asker.asked).toEqual([]);
    expect(others.map(({ asked }) => asked)).toEqual([[REACH], [REACH], [REACH]]);
  });

  it('says at once that nobody runs it when all have said so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect(await reach([tab('a', refuses), tab('b', refuses)])).toBeUndefined();
    expect(await reach([])).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not wait for a frozen tab when another has answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect(await reached([tab('a', isFrozen), tab('b', runs)])).toBeDefined();
  });

  it('gives a frozen tab two seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = reach([tab('a', isFrozen), tab('b', refuses)]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await answer).toBeUndefined();
  });
});

describe('two tabs that were brought together', () => {
  it('tell their builds first', async () => {
    const port = await reached([tab('a', runs)]);
    const failure = await failureOf(connect<Service>(port, { build: { build: 'xyz', protocol: 3 }, peer: 'tab' }));
    expect(failure).toEqual({ code: 'rpc/version-mismatch', data: { page: 'xyz/3', worker: 'abc/3' } });
  });

  it('hand on errors with their codes', async () => {
    const { service } = await connect<Service>(await reached([tab('a', runs)]), { build: BUILD, peer: 'tab' });
    const expected = { code: 'storage/full', data: { what: 'the machine’s state' } };
    expect(await failureOf(service.suspend())).toEqual(expected);
  });

  it('hand on that one has given up', async () => {
    const { service } = await connect<Service>(await reached([tab('a', runs)]), { build: BUILD, peer: 'tab' });
    const giveUp = new AbortController();
    const waiting = service.wait({ signal: giveUp.signal });
    giveUp.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
