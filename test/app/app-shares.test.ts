import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { AppRequest, AppService } from '#ports/app-service.ts';
import { BUILD, ByteChannel, connect, requestPort } from '#rpc/index.ts';
import { AppShares, checkTrust, type SharedApps } from '../../src/app/apps/app-shares.ts';
import { DIGEST } from '../ui/digest.ts';

const REQUEST: AppRequest = {
  origin: 'https://host.example',
  base: '',
  app: '80',
  port: 80,
  method: 'GET',
  target: '/',
  headers: [],
  hasBody: false,
  bodyLength: undefined,
  site: 'same-site',
};

const REACH = { type: 'REACH_APPS', machine: 'isle', asker: 'run 1', life: undefined } as const;

let shares: AppShares;
let trusted: boolean;
let letGo: string[];
const allow = (machine: SharedApps): Promise<void> => checkTrust(machine, async () => trusted);
const apps: AppService = {
  exchange: async () => ({ status: 204, statusText: '', headers: [], body: new Uint8Array() }),
  openWebSocket: async () => undefined,
  letGo: async (asker) => void letGo.push(asker),
};
const machine: SharedApps = { id: 'isle', container: DIGEST, apps };

beforeEach(() => {
  shares = new AppShares();
  trusted = false;
  letGo = [];
});

/** A service worker's way to the machine. */
async function reach(given: SharedApps | undefined): Promise<AppService | undefined> {
  const port = await requestPort((reply) => shares.give(REACH, given, reply, allow), { peer: 'tab', seconds: 5 });
  return port && (await connect<AppService>(port, { build: BUILD, peer: 'tab' })).service;
}

const ask = async (service: AppService | undefined): Promise<unknown> => {
  const { port1, port2 } = new MessageChannel();
  const channel = new ByteChannel(port1);
  return service?.exchange(REQUEST, port2).then(
    ({ status }) => status,
    async (error: unknown) => {
      // Nobody waits for a body that will not come.
      await channel.readable.cancel().catch(() => undefined);
      return AppError.from(error).code;
    },
  );
};

describe('a way to the servers of a machine', () => {
  it('is refused where it does not run', async () => {
    expect(await reach(undefined)).toBeUndefined();
  });

  it('is open for as long as its container is trusted, and is looked at each time', async () => {
    const service = await reach(machine);
    expect(await ask(service)).toBe('app/untrusted');
    trusted = true;
    expect(await ask(service)).toBe(204);
    trusted = false;
    expect(await ask(service)).toBe('app/untrusted');
  });

  it('refuses WebSockets, too, and says so to the page', async () => {
    const service = await reach(machine);
    const { port1, port2 } = new MessageChannel();
    const said = new Promise((resolve) => port1.addEventListener('message', ({ data }) => resolve(data)));
    port1.start();
    const { app, port, target, headers, origin, base, site } = REQUEST;
    const wanted = { app, port, target, headers, origin, base, site, protocols: [] };
    await expect(service?.openWebSocket(wanted, port2)).rejects.toMatchObject({ code: 'app/untrusted' });
    expect(await said).toMatchObject({ type: 'ERROR', error: { code: 'app/untrusted' } });
  });

  it('is cut when trust ends, and when the one who asks does', async () => {
    trusted = true;
    await reach(machine);
    await shares.review(allow);
    expect(letGo).toEqual([]);
    trusted = false;
    await shares.review(allow);
    shares.end('run 1');
    shares.end('run 1');
    expect(letGo).toEqual(['run 1', 'run 1']);
  });
});
