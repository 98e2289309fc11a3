import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { AppRequest, AppResponse } from '#ports/app-service.ts';
import type { ReachApps } from '#rpc/index.ts';
import { MachineLinks } from '../../apps/sw/machine-links.ts';
import { ownOrigin } from '../../apps/sw/place.ts';
import type { SharedApps } from '../../src/app/apps/app-share.ts';
import { AppShares, checkTrust } from '../../src/app/apps/app-shares.ts';
import { AppPorts } from '../../workers/machine/app-ports.ts';
import { APP_REQUEST } from '../support/app-request.ts';
import { DIGEST } from '../ui/digest.ts';

const PLACE = ownOrigin({ location: new URL('http://apps.portolan.localhost:8080/sw.js') });
const REQUEST: AppRequest = { ...APP_REQUEST, origin: PLACE.origin };

/** A tab with a machine, from the frame that is asked to the worker that answers. */
class Tab {
  readonly id: string;
  readonly url = `${PLACE.origin}/relay.html`;
  readonly frameType = 'nested';
  trusted = true;
  /** How often it was asked for a machine. */
  asked = 0;
  readonly shares = new AppShares();
  #running: AbortController | undefined;
  #machine: SharedApps | undefined;

  constructor(id: string) {
    this.id = id;
    this.start();
  }

  start(): void {
    const running = new AbortController();
    const { id } = this;
    const apps = {
      exchange: ({ target }: AppRequest, _: MessagePort, { signal }: { signal?: AbortSignal } = {}) => {
        const answer = { status: 200, statusText: id, headers: [], body: new Uint8Array() };
        if (target === '/') return Promise.resolve(answer);
        return new Promise<AppResponse>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(AppError.from(signal.reason)));
        });
      },
      openWebSocket: () => undefined,
    };
    // The ports of a worker that is ended are silent from then on.
    const ports = new AppPorts(async () => (running.signal.aborted ? new Promise(() => undefined) : apps));
    this.#running = running;
    this.#machine = {
      id: 'isle',
      container: DIGEST,
      apps: {
        openApps: async (end, caller) => {
          ports.open(end, caller);
          return running.signal;
        },
        letGo: async (asker) => ports.letGo(asker),
      },
    };
  }

  /** The machine's worker is ended. */
  end(): void {
    this.#machine = undefined;
    this.#running?.abort();
  }

  postMessage(message: ReachApps, [reply]: Transferable[]): void {
    this.asked++;
    if (!(reply instanceof MessagePort)) throw new Error('nowhere to answer');
    this.shares.give(message, this.#machine, reply, (machine) => checkTrust(machine, async () => this.trusted));
  }
}

let tabs: Tab[];
let links: MachineLinks;

beforeEach(() => {
  vi.stubGlobal('navigator', { locks: { request: () => new Promise(() => undefined) } });
  tabs = [new Tab('first')];
  const clients = {
    matchAll: async () => tabs,
    get: async (id: string) => tabs.find((tab) => tab.id === id),
  };
  links = new MachineLinks({ clients }, PLACE);
});

/** Which tab's machine has answered, or why none has. */
function ask(target = '/'): Promise<string> {
  const answer = links.use('isle', (service) => service.exchange({ ...REQUEST, target }, new MessageChannel().port2));
  return answer.then(
    ({ statusText }) => statusText,
    (error: unknown) => AppError.from(error).code,
  );
}

/** A request without an answer, under way. */
async function askInVain(): Promise<Promise<string>[]> {
  const waiting = [ask('/silent')];
  await ask();
  return waiting;
}

describe('ways to the workers of machines', () => {
  it('are kept', async () => {
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['first', 'first', 'first']);
    expect(await ask()).toBe('first');
    expect(tabs[0]?.asked).toBe(1);
  });

  it('end with the machine: what was asked fails, and what is asked next finds it again', async () => {
    const waiting = await askInVain();
    tabs[0]?.end();
    expect(await Promise.all(waiting)).toEqual(['app/asleep']);
    expect(await ask()).toBe('app/asleep');
    tabs[0]?.start();
    expect(await ask()).toBe('first');
    tabs[0]?.end();
    tabs.push(new Tab('second'));
    await vi.waitFor(async () => expect(await ask()).toBe('second'));
  });

  it('end with the tab, which says nothing', async () => {
    const waiting = await askInVain();
    tabs = [new Tab('second')];
    expect(await Promise.all(waiting)).toEqual(['app/asleep']);
    expect(await ask()).toBe('second');
  });

  it('are closed while the container is not trusted', async () => {
    const [tab] = tabs;
    if (!tab) throw new Error('there is no tab');
    tab.trusted = false;
    expect(await ask()).toBe('app/untrusted');
    tab.trusted = true;
    const waiting = await askInVain();
    tab.trusted = false;
    await tab.shares.review();
    expect(await Promise.all(waiting)).toEqual(['app/untrusted']);
    expect(await ask()).toBe('app/untrusted');
  });
});
