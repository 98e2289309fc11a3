import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { MachineModel } from '#ui/models/machine-model.ts';
import { MemoryModel } from '#ui/models/memory-model.ts';
import { FakeMachine } from './fake-machine.ts';
import { noWindow } from './fake-environment.ts';
import { FakePortolan, FakeShell } from './fakes.ts';

function open() {
  const machine = new FakeMachine('base-1', 'Debian base');
  const shell = new FakeShell();
  const { checkpoints } = new MachineModel(machine, shell, new MemoryModel(new FakePortolan()), noWindow);
  const names = () => checkpoints.list.value.map(({ name }) => name);
  return { machine, shell, checkpoints, names };
}

describe('the checkpoints of a machine', () => {
  it('are listed, the newest first', async () => {
    const { checkpoints, names } = open();
    expect(names()).toEqual([]);
    await checkpoints.make('  before the storm ');
    await checkpoints.make('after it');
    expect(names()).toEqual(['after it', 'before the storm']);
  });

  it('have names', async () => {
    const { machine, checkpoints } = open();
    await checkpoints.make('   ');
    expect(machine.asked).toEqual([]);
  });

  it('are gone back to, or deleted, only after the user said so', async () => {
    const { machine, checkpoints, names } = open();
    await checkpoints.make('one');
    checkpoints.show();
    const [one] = checkpoints.list.value;
    if (!one) throw new Error('there is none');
    checkpoints.ask('restore', one);
    checkpoints.close();
    expect([checkpoints.asking.value, checkpoints.open.value]).toEqual([undefined, true]);
    checkpoints.ask('restore', one);
    await checkpoints.confirm();
    expect(machine.asked).toEqual(['checkpoint one', `restore ${one.id}`]);
    expect(checkpoints.open.value).toBe(false);
    checkpoints.show();
    checkpoints.ask('delete', one);
    await checkpoints.confirm();
    expect(names()).toEqual([]);
    expect(checkpoints.open.value).toBe(true);
  });

  it('tell why one could not be made, and are made one at a time', async () => {
    const { machine, shell, checkpoints, names } = open();
    machine.failure = new AppError('storage/full', { what: 'the machine’s state' });
    const first = checkpoints.make('one');
    expect(checkpoints.work.value).toEqual({ name: 'making' });
    await checkpoints.make('meanwhile');
    await first;
    expect(checkpoints.error.value?.code).toBe('storage/full');
    expect(shell.reported).toHaveLength(1);
    expect(names()).toEqual([]);
    await checkpoints.make('one');
    expect([checkpoints.error.value, names()]).toEqual([undefined, ['one']]);
  });
});
