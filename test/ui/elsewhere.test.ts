import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { MachineState, TabLink } from '#ports/portolan.ts';
import { allows, isUsable, type MachineAction } from '#ui/models/machine-actions.ts';
import { FakeMachine } from './fake-machine.ts';
import { openApp } from './open-app.ts';

const elsewhere = (link: TabLink): MachineState => ({ name: 'elsewhere', there: 'running', link });
const ALL: readonly MachineAction[] = [
  'suspend',
  'resume',
  'stop',
  'restart',
  'remove',
  'retry',
  'watch',
  'leave',
  'takeOver',
  'takeOverLater',
];

function open(state: MachineState) {
  const machine = new FakeMachine('base-1', 'Debian base', state);
  const parts = openApp(({ portolan }) => (portolan.all = [machine]));
  const model = parts.app.machines.find('base-1');
  if (!model) throw new Error('the machine is not shown');
  return { ...parts, machine, model };
}

describe('a machine of another tab', () => {
  it.each<[TabLink, readonly MachineAction[]]>([
    ['apart', ['watch', 'takeOver']],
    ['unreachable', ['takeOverLater']],
    ['silent', ['watch', 'takeOverLater']],
    ['connecting', []],
    ['watching', ['leave', 'takeOver']],
    ['taking-over', ['leave']],
    ['waiting', ['leave']],
  ])('that is %s offers what can work: %j', (link, actions) => {
    expect(ALL.filter((action) => allows(elsewhere(link), action))).toEqual(actions);
    expect(isUsable(elsewhere(link))).toBe(link === 'watching');
  });

  it('holds no memory here: an update need not wait for it', () => {
    expect(open(elsewhere('watching')).app.machines.active.value).toEqual([]);
  });

  it('is watched in its view', async () => {
    const { app, model, machine, environment } = open(elsewhere('apart'));
    await app.openElsewhere(model, 'watch');
    expect(machine.asked).toEqual(['watch']);
    expect(environment.route.value).toEqual({ name: 'machine', id: 'base-1' });
    expect(model.announcement.value).toBe('Watching Debian base, which runs in another tab.');
  });

  it('whose tab does not answer says so once', async () => {
    const { model, machine } = open(elsewhere('apart'));
    machine.watch = () => {
      machine.become(elsewhere('silent'));
      return Promise.reject(new AppError('tab/silent'));
    };
    await model.perform('watch');
    expect(model.problem.value).toBeUndefined();
    expect(model.announcement.value).toBe('The tab that runs Debian base does not answer.');
  });

  it('that cannot be saved there says why, and stays there', async () => {
    const { model, machine } = open(elsewhere('apart'));
    machine.failure = new AppError('storage/full', { what: 'the machine’s state' });
    await model.request('takeOver');
    expect(model.problem.value?.code).toBe('storage/full');
    expect(model.state.value.name).toBe('elsewhere');
  });

  it('that another tab resumed first is told to whoever was second', async () => {
    const { model, machine } = open({ name: 'suspended', savedAt: 0, bytes: 1 });
    machine.resume = () => {
      machine.become(elsewhere('apart'));
      return Promise.reject(new AppError('machine/elsewhere'));
    };
    await model.request('resume');
    expect(model.problem.value?.code).toBe('machine/elsewhere');
  });
});

describe('a device with little memory', () => {
  const TIGHT = { needed: 400, used: 700, budget: 1000 };

  it('is asked about before a machine starts, and starts it if the user says so', async () => {
    const { app, portolan, machine, model } = open({ name: 'suspended', savedAt: 0, bytes: 1 });
    portolan.room = TIGHT;
    await model.request('resume');
    expect(machine.asked).toEqual([]);
    expect(app.memory.asking.value).toEqual(TIGHT);
    await app.memory.confirm();
    expect(app.memory.asking.value).toBeUndefined();
    expect(machine.asked).toEqual(['resume']);
  });

  it('starts nothing when the user says no', async () => {
    const { app, portolan } = openApp(({ portolan: all }) => (all.room = TIGHT));
    await app.boots.boot('base');
    expect(app.memory.asking.value).toEqual(TIGHT);
    app.memory.cancel();
    expect(portolan.boots).toEqual([]);
    expect(app.boots.isPending('base')).toBe(false);
    await app.memory.confirm();
    expect(portolan.boots).toEqual([]);
  });

  it('is not asked about where a machine fits, nor where nobody can tell', async () => {
    const { app, portolan } = openApp(({ portolan: all }) => (all.room = { needed: 300, used: 700, budget: 1000 }));
    await app.boots.boot('base');
    portolan.failure = new AppError('container/offline', { title: 'Debian base' });
    await app.boots.boot('other');
    expect(portolan.boots.map(({ ref }) => ref)).toEqual(['base', 'other']);
  });

  it('does not ask before a restart in place, which takes no more than before', async () => {
    const { portolan, machine, model } = open({ name: 'running' });
    portolan.room = TIGHT;
    await model.perform('restart');
    expect(machine.asked).toEqual(['restart']);
  });
});
