import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { AppsModel } from '#ui/models/apps-model.ts';
import { FakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
let apps: AppsModel;
let copied: string[];
let opened: string[];
let reloaded: string[][];
/** What the user says when they are asked whether they trust a container; undefined while nobody asks. */
let mayOpen: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  machine = new FakeMachine('base-1a2b', 'Base');
  [copied, opened, reloaded, mayOpen] = [[], [], [], true];
  apps = new AppsModel(machine, {
    open: (url) => void opened.push(url),
    copy: async (text) => void copied.push(text),
    reload: async (_, given) => reloaded.push([...given]),
    trust: { ask: (_, then) => mayOpen && then() },
  });
});
afterEach(() => vi.useRealTimers());

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('the list of web servers', () => {
  it('is not known before the guest was asked, and follows what comes and goes', async () => {
    apps.show();
    expect([apps.open.value, apps.list.value]).toEqual([true, undefined]);
    await pass(0);
    expect(apps.list.value).toEqual([]);
    machine.ports = [{ port: 8000, reachable: true }];
    await pass(2000);
    const settings = { port: 8000, headers: [] };
    const url = 'http://apps.test/app/base-1a2b/8000/';
    expect(apps.list.value).toEqual([
      { port: 8000, reachable: true, listens: true, typed: '/', path: '/', hasPlace: true, url, settings },
    ]);
  });

  it('is asked for while somebody looks at it, and by nobody twice', async () => {
    const asked = vi.spyOn(machine, 'listeningPorts');
    apps.show();
    apps.show();
    await pass(0);
    expect(asked).toHaveBeenCalledTimes(1);
    apps.close();
    await pass(10_000);
    expect([asked.mock.calls.length, apps.open.value]).toEqual([1, false]);
  });

  it('keeps the order in which they were found, and the place of those that have gone', async () => {
    const ports = (...all: number[]) => all.map((port) => ({ port, reachable: true }));
    const shown = () => apps.list.value?.map(({ port, listens }) => `${port}${listens ? '' : ' gone'}`);
    machine.ports = ports(8000);
    apps.show();
    await pass(0);
    machine.ports = ports(80, 8000, 9000);
    await pass(2000);
    expect(shown()).toEqual(['8000', '80', '9000']);
    machine.ports = ports(80, 9000);
    await pass(2000);
    expect(shown()).toEqual(['8000 gone', '80', '9000']);
  });

  it('shows the page that a link leads to before its server is there', async () => {
    apps.lead({ port: 80, path: '/docs/' });
    const first = () => apps.list.value?.[0];
    expect([apps.open.value, first()]).toMatchObject([true, { port: 80, path: '/docs/', listens: false }]);
    await pass(0);
    expect(first()).toMatchObject({ port: 80, listens: false });
    machine.ports = [22, 80].map((port) => ({ port, reachable: true }));
    await pass(2000);
    expect(first()).toMatchObject({ listens: true, url: 'http://apps.test/app/base-1a2b/80/docs/' });
    expect(apps.list.value).toHaveLength(2);
    apps.close();
    apps.show();
    await pass(0);
    expect(first()).toMatchObject({ path: '/' });
  });

  it('says why the guest cannot be asked, for as long as it cannot', async () => {
    const failure = new AppError('machine/not-running', { state: 'suspended', action: 'run programs' });
    machine.failure = failure;
    apps.show();
    await pass(0);
    expect(apps.error.value).toEqual(failure.toRecord());
    machine.failure = undefined;
    await pass(2000);
    expect([apps.error.value, apps.list.value]).toEqual([undefined, []]);
  });
});

describe('the settings of a web server', () => {
  beforeEach(async () => {
    machine.ports = [{ port: 8000, reachable: true }];
    apps.show();
    await pass(0);
    apps.edit(8000);
  });

  it('are a name, which its address has from then on, and headers', async () => {
    await apps.save(8000, { name: ' shop ', headers: 'Authorization: Bearer a:b\n\nX-User:ada\n' });
    const headers = [
      ['Authorization', 'Bearer a:b'],
      ['X-User', 'ada'],
    ];
    expect(machine.settings).toEqual([{ port: 8000, name: 'shop', headers }]);
    expect(apps.editing.value).toBeUndefined();
    expect(apps.list.value?.[0]).toMatchObject({
      url: 'http://apps.test/app/base-1a2b/shop/',
      settings: { name: 'shop' },
    });
    apps.edit(8000);
    await apps.save(8000, { name: '', headers: '' });
    expect(machine.settings).toEqual([]);
  });

  it.each([
    ['a header without a colon', { name: '', headers: 'Authorization' }],
    ['a name that is none', { name: 'My shop', headers: '' }],
  ])('stay in the form with the reason when there is %s', async (_, form) => {
    await apps.save(8000, form);
    expect([apps.editing.value, apps.formError.value?.code]).toEqual([8000, 'app/bad-settings']);
    apps.edit(undefined);
    expect(apps.formError.value).toBeUndefined();
  });
});

describe('the address of a web server', () => {
  const entry = () => apps.list.value?.[0] ?? expect.fail('there is none');

  beforeEach(async () => {
    machine.ports = [{ port: 8000, reachable: true }];
    machine.settings = [{ port: 8000, name: 'shop', headers: [] }];
    apps.show();
    await pass(0);
  });

  it('is what one types, and the next time what was opened last', async () => {
    apps.type(8000, 'cart?id=1');
    const url = 'http://apps.test/app/base-1a2b/shop/cart?id=1';
    expect(entry()).toMatchObject({ typed: 'cart?id=1', path: '/cart?id=1', url });
    apps.visit(entry());
    await pass(0);
    expect(opened).toEqual([url]);
    expect(machine.settings).toEqual([{ port: 8000, name: 'shop', path: '/cart?id=1', headers: [] }]);
    apps.close();
    apps.show();
    await pass(0);
    expect(entry()).toMatchObject({ path: '/cart?id=1', url });
    apps.type(8000, '');
    await apps.keepPath(entry());
    expect(machine.settings).toEqual([{ port: 8000, name: 'shop', headers: [] }]);
  });

  it('stays what it was when only its name or headers change', async () => {
    apps.type(8000, '/cart');
    await apps.keepPath(entry());
    await apps.save(8000, { name: '', headers: '' });
    expect(machine.settings).toEqual([{ port: 8000, path: '/cart', headers: [] }]);
  });

  it('that cannot be one leads nowhere, and is not kept', async () => {
    apps.type(8000, 'x'.repeat(3000));
    expect([entry().hasPlace, entry().url]).toEqual([true, undefined]);
    apps.visit(entry());
    await apps.keepPath(entry());
    expect([opened, machine.asked]).toEqual([[], []]);
  });

  it('opens no page of a container that the user does not trust', () => {
    mayOpen = false;
    apps.visit(entry());
    expect(opened).toEqual([]);
  });

  it('can be copied, and its tabs be loaded anew by whatever name they show it', async () => {
    await apps.copyLink(entry());
    expect([copied, apps.news.value]).toEqual([[entry().url], expect.stringContaining('copied')]);
    await apps.reload(entry());
    expect([reloaded, apps.news.value]).toEqual([[['8000', 'shop']], 'One tab was loaded anew.']);
  });
});

describe('the log of requests', () => {
  it('has the newest first, and can be cleared', async () => {
    const request = { at: 0, port: 80, method: 'GET', target: '/', status: 200, bytes: 1, took: 2, cached: false, error: undefined }; // prettier-ignore
    machine.logged = [
      { ...request, id: 1 },
      { ...request, id: 2 },
    ];
    apps.show();
    await pass(0);
    expect(apps.requests.value.map(({ id }) => id)).toEqual([2, 1]);
    await apps.clearRequests();
    expect([apps.requests.value, machine.logged]).toEqual([[], []]);
  });
});
