import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '#rpc/connect.ts';
import { failureOf } from '../support/failure.ts';
import { BUILD, type SampleService } from './support/sample-service.ts';

let worker: Worker | undefined;

/** Connects to a worker as the page does: a script that fails is known to be gone. */
function dial(started: Worker): Promise<Connection<SampleService>> {
  worker = started;
  const gone = new AbortController();
  started.addEventListener('error', (event) => {
    event.preventDefault();
    gone.abort();
  });
  return connect<SampleService>(started, { build: BUILD, peer: 'worker', gone: gone.signal });
}

const sampleWorker = (): Worker =>
  new Worker(new URL('./support/sample-worker.ts', import.meta.url), { type: 'module' });

afterEach(() => worker?.terminate());

describe('a worker', () => {
  it('answers calls, moves bytes and calls back', async () => {
    const { service } = await dial(sampleWorker());
    expect(await service.add(1, 2)).toBe(3);
    expect(await service.bytes(5_000_000)).toHaveLength(5_000_000);
    expect(await service.report(2, async (step) => `step ${step}`)).toEqual(['step 0', 'step 1']);
  });

  it('gives errors with their codes and data', async () => {
    const { service } = await dial(sampleWorker());
    const data = { url: 'http://a.test/', status: 503 };
    expect(await failureOf(service.fail('coded'))).toEqual({ code: 'source/http-status', data });
  });

  it('hears of a cancellation', async () => {
    const { service } = await dial(sampleWorker());
    const caller = new AbortController();
    const call = service.waitForCancel('one', { signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });

  it('that is terminated leaves nobody waiting once the connection is closed', async () => {
    const { service, close } = await dial(sampleWorker());
    const waiting = failureOf(service.waitForCancel('one'));
    worker?.terminate();
    close();
    expect(await waiting).toEqual({ code: 'rpc/closed', data: { peer: 'worker' } });
  });

  it('whose script fails is known at once', async () => {
    const broken = new Worker(new URL('./support/broken-worker.ts', import.meta.url), { type: 'module' });
    expect(await failureOf(dial(broken))).toEqual({ code: 'rpc/closed', data: { peer: 'worker' } });
  });
});
