import { beforeEach, describe, expect, it } from 'vitest';
import { Deferred } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { AppRequest, AppService } from '#ports/app-service.ts';
import { BUILD, connect } from '#rpc/index.ts';
import { AppPorts } from '../../workers/machine/app-ports.ts';
import { APP_REQUEST } from '../support/app-request.ts';

const { method: _method, hasBody: _hasBody, bodyLength: _bodyLength, ...PLACE } = APP_REQUEST;
const SOCKET = { ...PLACE, protocols: [] };

let ports: AppPorts;
/** The guest has booted. */
let booted: Deferred<void>;
/** Resolves with the reason for which the server's answer is no longer wanted. */
let brokenOff: Promise<unknown>;

beforeEach(() => {
  booted = new Deferred();
  const apps = {
    exchange: ({ target }: AppRequest, _: MessagePort, { signal }: { signal?: AbortSignal } = {}) => {
      if (target !== '/silent')
        return Promise.resolve({ status: 204, statusText: '', headers: [], body: new Uint8Array() });
      const ended = new Promise((resolve) => signal?.addEventListener('abort', () => resolve(signal.reason)));
      brokenOff = ended;
      return ended.then((reason) => Promise.reject(AppError.from(reason)));
    },
    openWebSocket: () => {
      throw new AppError('app/unknown-name', { name: 'nobody' });
    },
  };
  ports = new AppPorts(async () => {
    await booted.promise;
    return apps;
  });
});

async function reach(asker: string, life?: string): Promise<AppService> {
  const { port1, port2 } = new MessageChannel();
  ports.open(port2, { asker, life });
  return (await connect<AppService>(port1, { build: BUILD, peer: 'machine’s worker' })).service;
}

const ask = (service: AppService, target = '/'): Promise<string | number> =>
  service.exchange({ ...APP_REQUEST, target }, new MessageChannel().port2).then(
    ({ status }) => status,
    (error: unknown) => AppError.from(error).code,
  );

describe('ports for service workers of apps', () => {
  it('wait for a guest that boots', async () => {
    const answer = ask(await reach('run 1'));
    expect(await Promise.race([answer, new Promise((resolve) => setTimeout(() => resolve('waits'), 20))])).toBe(
      'waits',
    );
    booted.resolve();
    expect(await answer).toBe(204);
  });

  it('break off what one has asked who is let go, and answer the others', async () => {
    booted.resolve();
    const [first, second] = [await reach('run 1'), await reach('run 2')];
    void ask(first, '/silent');
    expect(await ask(first)).toBe(204);
    ports.letGo('run 1');
    expect(await brokenOff).toMatchObject({ code: 'rpc/closed' });
    expect(await ask(second)).toBe(204);
    expect(await ask(await reach('run 1'))).toBe(204);
  });

  it('tell a page of its WebSocket as long as which lock it is there, and why it does not open', async () => {
    booted.resolve();
    const service = await reach('run 1', 'tab 1');
    const { port1, port2 } = new MessageChannel();
    const said: unknown[] = [];
    const closed = new Promise<void>((resolve) => {
      port1.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
        said.push(data);
        if (data.type === 'CLOSED') resolve();
      });
    });
    port1.start();
    await expect(service.openWebSocket(SOCKET, port2)).rejects.toMatchObject({ code: 'app/unknown-name' });
    await closed;
    expect(said).toMatchObject([
      { type: 'BOUND', lock: 'tab 1' },
      { type: 'ERROR', error: { code: 'app/unknown-name' } },
      { type: 'CLOSED', code: 1006 },
    ]);
  });
});
