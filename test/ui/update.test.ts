import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { AppModel } from '#ui/models/app-model.ts';
import { FakeMachine } from './fake-machine.ts';
import { FakeEnvironment } from './fake-environment.ts';
import { FakePortolan, FakeShell } from './fakes.ts';

function open(...machines: FakeMachine[]) {
  const portolan = new FakePortolan();
  const shell = new FakeShell();
  portolan.all = machines;
  const app = new AppModel(portolan, shell, new FakeEnvironment());
  return { app, shell, update: app.update };
}

describe('a new version', () => {
  it('is offered once it is ready, until the user says later', () => {
    const { update, shell } = open();
    expect(update.offered.value).toBe(false);
    shell.change({ updateReady: true });
    expect(update.offered.value).toBe(true);
    update.postpone();
    expect(update.offered.value).toBe(false);
  });

  it('is applied at the user’s word where nothing runs', async () => {
    const suspended = new FakeMachine('a', 'A', { name: 'suspended', savedAt: 0, bytes: 1 });
    const { update, shell } = open(suspended);
    shell.change({ updateReady: true });
    expect(shell.updates).toBe(0);
    await update.accept();
    expect(shell.updates).toBe(1);
  });

  it('waits for the user’s word where a machine runs', async () => {
    const machine = new FakeMachine('a', 'A');
    const { update, shell } = open(machine);
    await update.accept();
    expect(update.step.value).toBe('asking');
    update.cancel();
    expect([update.step.value, shell.updates, machine.state.name]).toEqual(['idle', 0, 'running']);

    await update.accept();
    await update.apply();
    expect(shell.updates).toBe(1);
  });

  it('comes after all machines are suspended, if the user likes', async () => {
    const machines = [new FakeMachine('a', 'A'), new FakeMachine('b', 'B')];
    const { update, shell } = open(...machines);
    await update.accept();
    await update.suspendAndApply();
    expect(machines.map((machine) => machine.state.name)).toEqual(['suspended', 'suspended']);
    expect(shell.updates).toBe(1);
  });

  it('is not applied when a machine cannot be suspended', async () => {
    const machine = new FakeMachine('a', 'A');
    machine.failure = new AppError('storage/full', { what: 'the machine' });
    const { update, shell } = open(machine);
    await update.accept();
    await update.suspendAndApply();
    expect([update.step.value, shell.updates]).toEqual(['suspend-failed', 0]);
  });

  it('is not applied when the user changes their mind while machines are suspended', async () => {
    const machine = new FakeMachine('a', 'A');
    let saved = () => {};
    machine.suspend = () => new Promise((resolve) => (saved = resolve));
    const { update, shell } = open(machine);
    await update.accept();
    const applying = update.suspendAndApply();
    update.cancel();
    saved();
    await applying;
    expect([update.step.value, shell.updates]).toEqual(['idle', 0]);
  });

  it('that cannot be applied leaves the page as it was, and the error in the log', async () => {
    const { update, shell } = open();
    shell.applyUpdate = () => Promise.reject(new AppError('rpc/closed', { peer: 'service worker' }));
    await update.accept();
    expect(update.step.value).toBe('idle');
    expect(shell.reported).toHaveLength(1);
  });
});
