import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { MachineState } from '#ports/portolan.ts';
import { readsWords } from '#ui/models/format.ts';
import { MachineModel } from '#ui/models/machine-model.ts';
import { MemoryModel } from '#ui/models/memory-model.ts';
import { stopsOf } from '#ui/models/stages.ts';
import { FakeMachine } from './fake-machine.ts';
import { noWindow } from './fake-environment.ts';
import { FakePortolan, FakeShell } from './fakes.ts';

const SUSPENDED: MachineState = { name: 'suspended', savedAt: 0, bytes: 34_000_000 };
const UNREACHABLE = new AppError('source/unreachable', { url: 'https://a.example', detail: 'offline' }).toRecord();

function open(state?: MachineState) {
  const machine = new FakeMachine('base-1', 'Debian base', state);
  const shell = new FakeShell();
  const memory = new MemoryModel(new FakePortolan());
  return { machine, shell, model: new MachineModel(machine, shell, memory, noWindow) };
}

function starting(stage?: 'firmware' | 'kernel' | 'services' | 'prompt', bytes = 0): MachineState {
  return { name: 'starting', stage, progress: { bytes, total: 100, rate: 1, secondsLeft: undefined } };
}

describe('a machine', () => {
  it('is shown as it is', () => {
    const { machine, model } = open(starting());
    expect(model.state.value.name).toBe('starting');
    machine.become({ name: 'running' });
    expect(model.state.value.name).toBe('running');
  });

  it('passes its stops on the way to the prompt', () => {
    const statuses = (state: MachineState) => stopsOf(state).map((stop) => stop.status);
    expect(statuses(starting())).toEqual(['current', 'ahead', 'ahead', 'ahead', 'ahead']);
    expect(statuses(starting('services'))).toEqual(['done', 'done', 'done', 'current', 'ahead']);
    expect(statuses({ name: 'running' })).toEqual(['done', 'done', 'done', 'done', 'done']);
  });

  it('is suspended without a question', async () => {
    const { machine, model } = open();
    await model.request('suspend');
    expect(machine.asked).toEqual(['suspend']);
    expect(model.state.value.name).toBe('suspended');
  });

  it('stops only after the user said so', async () => {
    const { machine, model } = open();
    await model.request('stop');
    expect(model.asking.value).toBe('stop');
    model.cancel();
    expect(model.asking.value).toBeUndefined();
    expect(machine.asked).toEqual([]);

    await model.request('stop');
    await model.confirm();
    expect(machine.asked).toEqual(['stop']);
    expect(model.asking.value).toBeUndefined();
  });

  it('asks only where something would be lost', async () => {
    for (const [state, action, asks] of [
      [{ name: 'stopped' }, 'start', false],
      [{ name: 'stopped' }, 'remove', true],
      [{ name: 'stopped' }, 'startOver', true],
      [SUSPENDED, 'remove', true],
      [SUSPENDED, 'restart', true],
      [{ name: 'failed', error: UNREACHABLE }, 'remove', true],
      [starting(), 'stop', false],
      [{ name: 'waiting', error: UNREACHABLE }, 'restart', true],
    ] as const) {
      const { machine, model } = open(state);
      await model.request(action);
      expect([state.name, action, machine.asked.length === 0]).toEqual([state.name, action, asks]);
    }
  });

  it('tells why an action failed, until it is put away', async () => {
    const { machine, model, shell } = open();
    machine.failure = new AppError('storage/full', { what: 'the suspended machine' });
    expect(await model.perform('suspend')).toBe(false);
    expect(model.problem.value).toEqual({ code: 'storage/full', data: { what: 'the suspended machine' } });
    expect(shell.reported).toHaveLength(1);
    model.dismissProblem();
    expect(model.problem.value).toBeUndefined();
  });

  it('tells a failed start once: as its state', async () => {
    const { machine, model, shell } = open(SUSPENDED);
    const error = new AppError('state/corrupt', { detail: 'bad checksum' });
    machine.resume = () => {
      machine.become({ name: 'failed', error: error.toRecord() });
      return Promise.reject(error);
    };
    await model.perform('resume');
    expect(model.state.value.name).toBe('failed');
    expect(model.problem.value).toBeUndefined();
    expect(shell.reported).toEqual([error]);
  });

  it('can be stopped while a restart is under way', async () => {
    const { machine, model } = open();
    machine.restart = () => new Promise(() => machine.become(starting()));
    void model.perform('restart');
    await model.request('stop');
    expect(machine.asked).toEqual(['stop']);
  });

  it('keeps a notice away once it was dismissed, and shows another', () => {
    const { machine, model } = open();
    const misfit = { code: 'snapshot/incompatible', data: { title: 'Debian base', detail: 'v86' } } as const;
    machine.noteOnce(misfit);
    expect(model.notice.value).toEqual(misfit);
    model.dismissNotice();
    machine.noteOnce({ ...misfit });
    expect(model.notice.value).toBeUndefined();
    machine.noteOnce({ code: 'storage/full', data: { what: 'the container' } });
    expect(model.notice.value?.code).toBe('storage/full');
  });

  it('shows what its start has read, from when the machine tells', () => {
    const { machine, model } = open(starting());
    expect(readsWords(model.reads.value)).toBe('');
    machine.reads = { device: 24_300_000, network: 0 };
    machine.become({ name: 'running' });
    expect(readsWords(model.reads.value)).toBe('Its start read 24 MB from this device, 0 bytes from servers');
  });

  it('follows the log only while it is open', () => {
    const { machine, model } = open();
    machine.addLog('Linux version 6.1');
    expect(model.log.value).toEqual([]);
    model.toggleLog();
    machine.addLog('EXT4-fs (sda): mounted');
    expect(model.log.value).toEqual(['Linux version 6.1', 'EXT4-fs (sda): mounted']);
    model.toggleLog();
    machine.addLog('random: crng init done');
    expect(model.log.value).toHaveLength(2);
  });

  it('reports a start that fails with nobody waiting for it, once', () => {
    const { machine, shell } = open(starting());
    const error = new AppError('machine/boot-timeout', { seconds: 60 });
    machine.become({ name: 'failed', error: error.toRecord() });
    machine.become({ name: 'failed', error: error.toRecord() });
    expect(shell.reported).toEqual([error]);
  });
});

describe('a screen reader', () => {
  it('hears of a download at each quarter, not at each byte', () => {
    const { machine, model } = open(starting(undefined, 0));
    const heard = new Set<string>();
    for (let bytes = 0; bytes <= 100; bytes++) {
      machine.become(starting(undefined, bytes));
      heard.add(model.announcement.value);
    }
    expect(heard.size).toBe(5);
    expect(model.announcement.value).toBe('Fetching Debian base, 100 percent.');
  });

  it('hears of stages, of the prompt and of what went wrong', () => {
    const { machine, model } = open(starting('kernel'));
    expect(model.announcement.value).toBe('Kernel is starting.');
    machine.become({ name: 'running' });
    expect(model.announcement.value).toBe('Debian base is running.');
    machine.become({ name: 'waiting', error: UNREACHABLE });
    expect(model.announcement.value).toContain('https://a.example cannot be reached');
  });
});
