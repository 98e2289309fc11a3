import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { AppCaller, AppTab } from '#ports/app-service.ts';
import { BUILD, connect, requestPort } from '#rpc/index.ts';
import type { SharedApps } from '../../src/app/apps/app-share.ts';
import { AppShares, checkTrust } from '../../src/app/apps/app-shares.ts';
import { DIGEST } from '../ui/digest.ts';

const REACH = { type: 'REACH_APPS', machine: 'isle', asker: 'run 1', life: 'tab 1' } as const;

let shares: AppShares;
let trusted: boolean;
/** What the machine has been told. */
let opened: AppCaller[];
let letGo: string[];
/** What happens while the way to it is made. */
let onOpen: () => void;
let running: AbortController;
const allow = (machine: SharedApps): Promise<void> => checkTrust(machine, async () => trusted);
const apps: SharedApps['apps'] = {
  openApps: async (_, caller) => {
    opened.push(caller);
    onOpen();
    return running.signal;
  },
  letGo: async (asker) => void letGo.push(asker),
};
const machine: SharedApps = { id: 'isle', container: DIGEST, apps };

beforeEach(() => {
  shares = new AppShares();
  trusted = true;
  opened = [];
  letGo = [];
  onOpen = () => undefined;
  running = new AbortController();
});

/** The tab, as a service worker has it. */
async function reach(given: SharedApps | undefined): Promise<AppTab | undefined> {
  const port = await requestPort((reply) => shares.give(REACH, given, reply, allow), { peer: 'tab', seconds: 5 });
  return port && (await connect<AppTab>(port, { build: BUILD, peer: 'tab' })).service;
}

/** Opens a way. @returns why there is none */
async function open(tab: AppTab | undefined): Promise<string | undefined> {
  return tab?.openApps(new MessageChannel().port2).then(
    () => undefined,
    (error: unknown) => AppError.from(error).code,
  );
}

describe('a way to the servers of a machine', () => {
  it('is refused where it does not run', async () => {
    expect(await reach(undefined)).toBeUndefined();
  });

  it('leads to its worker, which is told who asks, and as long as which tab is there', async () => {
    expect(await open(await reach(machine))).toBeUndefined();
    expect(opened).toEqual([{ asker: 'run 1', life: 'tab 1' }]);
  });

  it('is refused for a container that is not trusted', async () => {
    trusted = false;
    const tab = await reach(machine);
    expect(await open(tab)).toBe('app/untrusted');
    expect(opened).toEqual([]);
    trusted = true;
    expect(await open(tab)).toBeUndefined();
  });

  it('is taken back when trust ends while it is made', async () => {
    onOpen = () => void (trusted = false);
    expect(await open(await reach(machine))).toBe('app/untrusted');
    expect(letGo).toEqual(['run 1']);
  });

  it('ends with the machine', async () => {
    const tab = await reach(machine);
    await open(tab);
    const ended = tab?.ended();
    running.abort();
    await ended;
    await shares.review();
    expect(letGo).toEqual([]);
  });

  it('is cut when trust ends, and the service worker is told', async () => {
    const tab = await reach(machine);
    await open(tab);
    const ended = tab?.ended();
    await shares.review();
    expect(letGo).toEqual([]);
    trusted = false;
    await shares.review();
    await ended;
    await shares.review();
    expect(letGo).toEqual(['run 1']);
  });

  it('is cut when the one who asks has ended', async () => {
    await open(await reach(machine));
    shares.end('run 2');
    expect(letGo).toEqual([]);
    shares.end('run 1');
    shares.end('run 1');
    expect(letGo).toEqual(['run 1']);
  });
});
