import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BuildInfo } from '#ports/build-info.ts';
import { connect, type Connection } from '#rpc/connect.ts';
import { serve } from '#rpc/serve.ts';
import { failureOf } from '../support/failure.ts';
import { BUILD, SampleService } from './support/sample-service.ts';

const PEER = 'worker of the test';

let channel: MessageChannel;
let sample: SampleService;

/** Connects over a real channel, whose other end serves under the build `theirs`. */
function dial(theirs: BuildInfo | undefined, gone?: AbortSignal): Promise<Connection<SampleService>> {
  if (theirs) serve(sample, theirs, channel.port2);
  channel.port1.start();
  return connect<SampleService>(channel.port1, { build: BUILD, peer: PEER, ...(gone && { gone }) });
}

async function dialled(): Promise<Connection<SampleService>> {
  return dial(BUILD);
}

beforeEach(() => {
  channel = new MessageChannel();
  sample = new SampleService();
});
afterEach(() => {
  vi.useRealTimers();
  channel.port1.close();
});

describe('two threads', () => {
  it('of one build talk to each other', async () => {
    const { service } = await dialled();
    expect(await service.add(2, 3)).toBe(5);
  });

  it.each<[string, BuildInfo, string]>([
    ['build', { build: 'xyz', protocol: 3 }, 'xyz/3'],
    ['protocol', { build: 'abc', protocol: 4 }, 'abc/4'],
  ])('of another %s do not', async (_, theirs, worker) => {
    expect(await failureOf(dial(theirs))).toEqual({ code: 'rpc/version-mismatch', data: { page: 'abc/3', worker } });
  });

  it('give up when nobody answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failure = failureOf(dial(undefined));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await failure).toEqual({ code: 'rpc/no-answer', data: { peer: PEER, seconds: 30 } });
  });

  it('have no timer left once they have met', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await dialled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of which one is known to be gone do not wait', async () => {
    const gone = new AbortController();
    const failure = failureOf(dial(undefined, gone.signal));
    gone.abort();
    expect(await failure).toEqual({ code: 'rpc/closed', data: { peer: PEER } });
    expect(await failureOf(dial(undefined, AbortSignal.abort()))).toMatchObject({ code: 'rpc/closed' });
  });

  it('do not take a service for a promise', async () => {
    const { service } = await dialled();
    expect(await Promise.resolve(service)).toBe(service);
  });
});

describe('an error', () => {
  it('keeps its code and its data', async () => {
    const { service } = await dialled();
    const data = { url: 'http://a.test/', status: 503 };
    expect(await failureOf(service.fail('coded'))).toEqual({ code: 'source/http-status', data });
  });

  it.each([
    ['plain', 'TypeError: not today'],
    ['odd', '[object Object]'],
  ] as const)('without a code (%s) gets one', async (kind, detail) => {
    const { service } = await dialled();
    expect(await failureOf(service.fail(kind))).toEqual({ code: 'app/unexpected', data: { detail } });
  });

  it('is what a method that does not exist gives', async () => {
    const { service } = await dialled();
    const stranger = service as unknown as { fly(): Promise<void> };
    const { code, data } = await failureOf(stranger.fly());
    expect(code).toBe('app/unexpected');
    expect(data['detail']).toContain('the service has no method fly');
  });

  it('is what a result gives that cannot travel', async () => {
    const { service } = await dialled();
    expect(await failureOf(service.giveFunction())).toMatchObject({ code: 'app/unexpected' });
    expect(await service.add(1, 1)).toBe(2);
  });

  it('is what an argument gives that cannot travel', async () => {
    const { service } = await dialled();
    expect(await failureOf(service.describe({ run: () => 1 }))).toMatchObject({ code: 'app/unexpected' });
  });
});

describe('cancellation', () => {
  it('reaches the service, and the caller gets the own reason', async () => {
    const { service } = await dialled();
    const caller = new AbortController();
    const call = service.waitForCancel('one', { signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await vi.waitUntil(() => sample.cancelled.includes('one'));
  });

  it('ends one call and no other', async () => {
    const { service } = await dialled();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = service.waitForCancel('one', { signal: first.signal });
    const two = service.waitForCancel('two', { signal: second.signal });
    first.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await service.release();
    expect(await two).toBe('two');
    expect(sample.cancelled).toEqual(['one']);
  });

  it('lets the caller go even if the service does not listen, and its late answer disturbs nobody', async () => {
    const { service } = await dialled();
    const caller = new AbortController();
    const call = service.waitStubbornly({ signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await service.release();
    expect(await service.add(1, 2)).toBe(3);
  });

  it('before the call keeps it from being made', async () => {
    const { service } = await dialled();
    const signal = AbortSignal.abort(new Error('never'));
    await expect(service.waitForCancel('one', { signal })).rejects.toThrow('never');
    await service.add(1, 1);
    expect(sample.cancelled).toEqual([]);
  });

  it('leaves no listener on a signal that is used again and again', async () => {
    const { service } = await dialled();
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => service.describe({ signal })));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('takes nothing from options but the signal', async () => {
    const { service } = await dialled();
    const { signal } = new AbortController();
    expect(JSON.parse(await service.describe({ signal, cwd: '/tmp' }))).toMatchObject({ cwd: '/tmp' });
    expect(JSON.parse(await service.describe({ signal: 9, cwd: '/tmp' }))).toEqual({ signal: 9, cwd: '/tmp' });
    expect(JSON.parse(await service.describe({ signal: undefined, cwd: '/tmp' }))).toEqual({ cwd: '/tmp' });
  });
});

describe('a closed connection', () => {
  it('rejects all that waits, and all that is asked afterwards', async () => {
    const { service, close } = await dialled();
    const waiting = [service.waitForCancel('one'), service.waitForCancel('two')].map((call) => failureOf(call));
    close();
    const closed = { code: 'rpc/closed', data: { peer: PEER } };
    expect(await Promise.all(waiting)).toEqual([closed, closed]);
    expect(await failureOf(service.add(1, 2))).toEqual(closed);
  });

  it('is what a connection becomes whose other side is gone', async () => {
    const gone = new AbortController();
    const { service } = await dial(BUILD, gone.signal);
    const waiting = failureOf(service.waitForCancel('one'));
    gone.abort();
    expect(await waiting).toEqual({ code: 'rpc/closed', data: { peer: PEER } });
  });

  it('does not listen any longer for the other side to go', async () => {
    const { signal } = new AbortController();
    const { close } = await dial(BUILD, signal);
    close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('byte arrays in a result', () => {
  it('are moved: the service has them no longer', async () => {
    const { service } = await dialled();
    const bytes = await service.bytes(1000);
    expect(bytes).toEqual(new Uint8Array(1000).fill(7));
    expect(sample.given[0]?.byteLength).toBe(0);
  });

  it('are moved where they are its properties; a part of a larger buffer is copied', async () => {
    const { service } = await dialled();
    const { status, stdout, stderr, view } = await service.parts();
    expect([status, stdout, stderr]).toEqual([5, Uint8Array.of(1, 1, 1), Uint8Array.of(2, 2, 2, 2)]);
    expect(view).toEqual(Uint8Array.of(3, 3));
    expect(sample.given.map(({ byteLength }) => byteLength)).toEqual([0, 0, 8]);
  });

  it('that are empty do no harm', async () => {
    const { service } = await dialled();
    expect(await service.bytes(0)).toEqual(new Uint8Array());
  });
});

describe('a function that is passed', () => {
  it('is called on this side, in order, and its answers go back', async () => {
    const { service } = await dialled();
    const heard: number[] = [];
    const answers = await service.report(3, async (step) => {
      heard.push(step);
      return `heard ${step}`;
    });
    expect(heard).toEqual([0, 1, 2]);
    expect(answers).toEqual(['heard 0', 'heard 1', 'heard 2']);
  });
});
