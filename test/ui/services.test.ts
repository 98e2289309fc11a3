import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { serviceFacts } from '#ui/models/service-words.ts';
import { ServicesModel } from '#ui/models/services-model.ts';
import { FakeMachine } from './fake-machine.ts';
import { runningService, type FakeServices } from './fake-services.ts';
import { FakeShell } from './fakes.ts';

const ASLEEP = new AppError('machine/not-running', { state: 'suspended', action: 'run programs' });

let guest: FakeServices;
let shell: FakeShell;
let services: ServicesModel;
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const isle = () => services.list.value?.find(({ name }) => name === 'isle');

beforeEach(() => {
  vi.useFakeTimers();
  const machine = new FakeMachine('base-1a2b', 'Base');
  guest = machine.services;
  guest.all = [runningService({ name: 'console' }), runningService()];
  shell = new FakeShell();
  services = new ServicesModel(machine, shell);
  services.show();
});
afterEach(() => vi.useRealTimers());

describe('the list of services', () => {
  it('is not known before the guest was asked, and is without Portolan’s own', async () => {
    services.close();
    services.show();
    expect([services.open.value, services.list.value]).toEqual([true, undefined]);
    await pass(0);
    expect(services.list.value?.map(({ name }) => name)).toEqual(['isle']);
    guest.all = [];
    await pass(2000);
    expect(services.list.value).toEqual([]);
  });

  it('says why the guest cannot be asked, for as long as it cannot', async () => {
    guest.failure = ASLEEP;
    await pass(2000);
    expect(services.error.value?.code).toBe('machine/not-running');
    guest.failure = undefined;
    await pass(2000);
    expect([services.error.value, services.list.value?.length]).toEqual([undefined, 1]);
  });

  it('is asked for while somebody looks at it', async () => {
    const list = vi.spyOn(guest, 'list');
    await pass(2000);
    services.close();
    await pass(10_000);
    expect([list.mock.calls.length, services.open.value]).toEqual([1, false]);
  });
});

describe('a service', () => {
  it('is stopped and started, one thing at a time', async () => {
    await pass(0);
    const stopping = services.perform('isle', 'stop');
    void services.perform('isle', 'restart');
    expect(services.pending('isle')).toBe('stop');
    await stopping;
    expect([services.pending('isle'), isle()?.state.name]).toEqual([undefined, 'stopped']);
    await services.perform('isle', 'start');
    expect([isle()?.state.name, guest.asked]).toEqual(['running', ['stop isle', 'start isle']]);
  });

  it('that does not do as told says why, until that is put away', async () => {
    await pass(0);
    guest.failure = new AppError('services/failed', { name: 'isle', action: 'stopped', detail: 'timeout' });
    await services.perform('isle', 'stop');
    expect([services.failures.of('isle')?.code, shell.reported.length]).toEqual(['services/failed', 1]);
    services.failures.dismiss('isle');
    expect(services.failures.of('isle')).toBeUndefined();
  });

  it('has its environment changed; what cannot be stays in the form', async () => {
    await pass(0);
    services.toggle('isle', 'environment');
    await services.saveEnvironment('isle', 'PORT');
    expect([services.formError.value?.code, services.part.value?.part]).toEqual([
      'services/bad-environment',
      'environment',
    ]);
    await services.saveEnvironment('isle', 'PORT=8001\n');
    expect([services.part.value, isle()?.environment]).toEqual([undefined, { PORT: '8001' }]);
  });

  it('with a health check is silent until that has answered, which is asked for no more then', async () => {
    guest.all = [runningService({ health: { port: 8000, path: '/' } })];
    guest.healthy = false;
    await pass(2000);
    expect(services.isSilent('isle')).toBe(true);
    guest.healthy = true;
    await pass(2000);
    const asked = guest.asked.length;
    expect(services.isSilent('isle')).toBe(false);
    await pass(4000);
    expect(guest.asked).toHaveLength(asked);
    guest.all = [
      runningService({ health: { port: 8000, path: '/' }, state: { name: 'running', pid: 200, seconds: 0 } }),
    ];
    await pass(2000);
    expect(guest.asked).toHaveLength(asked + 1);
  });

  it('is described by what it does and how it ended', () => {
    const end = { ago: 61, status: undefined, signal: 9 };
    expect(serviceFacts(runningService({ ends: [end], package: 'busybox' }))).toBe(
      'Pages of the isle · up 5 s · ended once by itself, 1 min 1 s ago by signal 9 · of the package busybox',
    );
    expect(serviceFacts(runningService(), true)).toBe('Pages of the isle · does not answer yet · up 5 s');
    const ends = [end, { ago: 1.2, status: 3, signal: undefined }];
    expect(serviceFacts(runningService({ description: '', state: { name: 'failing' }, ends }))).toBe(
      'ended 2 times by itself, 2 s ago with status 3',
    );
  });
});

describe('the log of a service', () => {
  it('is followed while it is open, and can be put out of sight', async () => {
    await pass(0);
    services.toggle('isle', 'log');
    await pass(0);
    guest.print?.('one\n');
    guest.print?.('two\n');
    expect(services.log.value).toEqual({ text: 'one\ntwo\n', error: undefined });
    services.clearLog();
    guest.print?.('three\n');
    expect(services.log.value.text).toBe('three\n');
    services.toggle('isle', 'log');
    await pass(0);
    expect([guest.print, services.part.value, services.log.value.text]).toEqual([undefined, undefined, '']);
  });

  it('goes on when a machine wakes, with what it has then', async () => {
    guest.failure = ASLEEP;
    services.toggle('isle', 'log');
    await pass(0);
    expect(services.log.value.error?.code).toBe('machine/not-running');
    guest.failure = undefined;
    await pass(2000);
    guest.print?.('awake\n');
    expect(services.log.value).toEqual({ text: 'awake\n', error: undefined });
  });

  it('makes room for another one, and goes with the dialog', async () => {
    guest.all = [runningService(), runningService({ name: 'ferry' })];
    await pass(0);
    services.toggle('isle', 'log');
    services.toggle('ferry', 'log');
    await pass(0);
    guest.print?.('ferry\n');
    expect([services.part.value, services.log.value.text]).toEqual([{ service: 'ferry', part: 'log' }, 'ferry\n']);
    services.close();
    await pass(0);
    expect([services.part.value, guest.print]).toEqual([undefined, undefined]);
  });
});
