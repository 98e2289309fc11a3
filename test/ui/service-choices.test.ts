import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { parseServiceDefinition } from '#domain/services/index.ts';
import { ServiceChoices } from '#ui/models/service-choices.ts';
import { failureOf } from '../support/failure.ts';
import { FakeMachine } from './fake-machine.ts';
import { runningService } from './fake-services.ts';

const NGINX = parseServiceDefinition({ name: 'nginx', run: 'x', ports: [80], environment: { PORT: '80' } });
const SHOP = parseServiceDefinition({ name: 'shop', run: 'x', ports: [3000] });
const { signal } = new AbortController();

function machineWith(...services: readonly ReturnType<typeof runningService>[]): FakeMachine {
  const machine = new FakeMachine('base-1', 'Base');
  machine.services.all = services;
  return machine;
}

describe('the services that a runtime brings', () => {
  it('are added as they are where nothing stands in their way', async () => {
    const choices = await ServiceChoices.of(machineWith(), [NGINX, SHOP], signal);
    expect(choices.wanted).toEqual([NGINX, SHOP]);
    choices.setWanted('shop', false);
    expect(choices.wanted).toEqual([NGINX]);
  });

  it('get another port for one that somebody has, which the user can change', async () => {
    const machine = machineWith(runningService({ name: 'apache2', ports: [80] }));
    const choices = await ServiceChoices.of(machine, [NGINX], signal);
    expect(choices.wanted).toEqual([{ ...NGINX, ports: [8080], environment: { PORT: '8080' } }]);
    await choices.check(machine, signal);
    choices.move('nginx', 80, 80);
    expect(await failureOf(choices.check(machine, signal))).toEqual({
      code: 'services/port-taken',
      data: { name: 'nginx', port: 80, by: 'the service apache2' },
    });
    choices.move('nginx', 80, Number.NaN);
    expect(await failureOf(choices.check(machine, signal))).toEqual({
      code: 'services/invalid',
      data: { detail: 'its ports have to be whole numbers from 1 to 65535' },
    });
    choices.setWanted('nginx', false);
    await choices.check(machine, signal);
  });

  it('take the place of those of the same names', async () => {
    const machine = machineWith(runningService({ name: 'nginx', ports: [80] }));
    const choices = await ServiceChoices.of(machine, [NGINX], signal);
    expect(choices.list.value[0]?.conflicts).toEqual([{ kind: 'name' }]);
    expect(choices.wanted).toEqual([NGINX]);
    await choices.check(machine, signal);
  });

  it('stay as they are where nothing else is new, unless the user wants another one in their place', async () => {
    const machine = machineWith(runningService({ name: 'nginx', ports: [8080] }));
    const choices = await ServiceChoices.of(machine, [NGINX, SHOP], signal, { isOnly: true });
    expect([choices.wanted, choices.hasNew]).toEqual([[SHOP], true]);
    choices.setWanted('nginx', true);
    expect(choices.wanted).toEqual([NGINX, SHOP]);
  });

  it('are none on a machine without runit; any other failure is told', async () => {
    const machine = machineWith();
    machine.services.failure = new AppError('services/no-runit');
    expect((await ServiceChoices.of(machine, [NGINX], signal)).wanted).toEqual([]);
    machine.services.failure = new AppError('machine/not-running', { state: 'suspended', action: 'run programs' });
    expect(await failureOf(ServiceChoices.of(machine, [NGINX], signal))).toMatchObject({ code: 'machine/not-running' });
  });
});
