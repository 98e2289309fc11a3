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
    expect(apps.list.value).toEqual([{ port: 8000, reachable: true, url: 'http://apps.test/app/base-1a2b/8000/' }]);
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
