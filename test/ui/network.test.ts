import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { NetworkModel } from '#ui/models/network-model.ts';
import { FakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
let network: NetworkModel;

beforeEach(() => {
  vi.useFakeTimers();
  machine = new FakeMachine('base-1a2b', 'Base');
  network = new NetworkModel(machine);
});
afterEach(() => vi.useRealTimers());

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('the network of a machine', () => {
  it('is looked at for as long as somebody looks, and by nobody twice', async () => {
    const asked = vi.spyOn(machine, 'network');
    network.show();
    network.show();
    expect([network.open.value, network.report.value]).toEqual([true, undefined]);
    await pass(0);
    expect(network.report.value).toMatchObject({ relay: undefined, state: { name: 'off' } });
    machine.report = { ...machine.report, received: 7 };
    await pass(1000);
    expect([asked.mock.calls.length, network.report.value?.received]).toEqual([2, 7]);
    network.close();
    await pass(10_000);
    expect([asked.mock.calls.length, network.open.value]).toEqual([2, false]);
  });

  it('is turned on and off, and what is set is shown at once', async () => {
    network.show();
    await pass(0);
    await network.set('wss://relay.test');
    expect(network.report.value).toMatchObject({ relay: 'wss://relay.test/', state: { name: 'connected' } });
    await network.set(undefined);
    expect(network.report.value).toMatchObject({ relay: undefined, state: { name: 'off' } });
    expect(machine.asked).toEqual(['setRelay wss://relay.test', 'setRelay undefined']);
  });

  it('stays as it was when an address cannot be, with the reason, until the next try', async () => {
    network.show();
    await pass(0);
    await network.set('relay.test');
    expect(network.formError.value).toMatchObject({ code: 'relay/bad-address' });
    expect(network.report.value).toMatchObject({ state: { name: 'off' } });
    await network.set('wss://relay.test/');
    expect(network.formError.value).toBeUndefined();
  });

  it('says why the machine cannot be asked, for as long as it cannot', async () => {
    const failure = new AppError('machine/not-running', { state: 'suspended', action: 'tell of its network' });
    machine.failure = failure;
    network.show();
    await pass(0);
    expect(network.error.value).toEqual(failure.toRecord());
    machine.failure = undefined;
    await pass(1000);
    expect([network.error.value, network.report.value?.state.name]).toEqual([undefined, 'off']);
  });
});
