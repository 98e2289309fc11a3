import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { AppsModel } from '#ui/models/apps-model.ts';
import { FakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
let apps: AppsModel;

beforeEach(() => {
  vi.useFakeTimers();
  machine = new FakeMachine('base-1a2b', 'Base');
  apps = new AppsModel(machine);
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
    expect(apps.list.value).toEqual([
      { port: 8000, reachable: true, url: 'http://apps.test/app/base-1a2b/8000/', settings },
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
