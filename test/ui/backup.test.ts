import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import type { MachineState } from '#ports/portolan.ts';
import { FakeMachine } from './fake-machine.ts';
import { openApp } from './open-app.ts';

function open(state: MachineState, title = 'Debian base') {
  const machine = new FakeMachine('base-1', title, state);
  const { app, ...parts } = openApp(({ portolan }) => portolan.setMachines([machine]));
  const model: MachineModel | undefined = app.machines.find('base-1');
  if (!model) throw new Error('there is no machine');
  return { ...parts, app, machine, model, exports: app.exports };
}

describe('exporting a machine', () => {
  it('saves a file under its title', async () => {
    const { machine, model, exports, environment } = open({ name: 'stopped' }, 'a/b: c');
    const done = exports.request(model);
    expect(exports.current.value?.state).toEqual({ name: 'exporting', share: 0 });
    machine.onProgress?.(0.5);
    expect(exports.current.value?.state).toEqual({ name: 'exporting', share: 0.5 });
    await done;
    expect(environment.saved).toEqual([{ name: 'a-b- c.portolan-machine', file: machine.file }]);
    expect(exports.current.value).toBeUndefined();
  });

  it('suspends one that runs, after the user said so', async () => {
    const { machine, model, exports, environment } = open({ name: 'running' });
    await exports.request(model);
    expect([machine.asked, exports.current.value?.state]).toEqual([[], { name: 'asking', first: 'suspend' }]);
    exports.close();
    await exports.request(model);
    await exports.confirm();
    expect(machine.asked).toEqual(['suspend', 'export']);
    expect(environment.saved).toHaveLength(1);
  });

  it('stops one that waits for room, whose memory cannot be kept', async () => {
    const error = { code: 'storage/full', data: {} } as const;
    const { machine, model, exports } = open({ name: 'waiting', error });
    await exports.request(model);
    await exports.confirm();
    expect(machine.asked).toEqual(['stop', 'export']);
  });

  it('does not go on when it could not be suspended', async () => {
    const { machine, model, exports, environment } = open({ name: 'running' });
    await exports.request(model);
    machine.failure = new AppError('storage/full', { what: 'its memory' });
    await exports.confirm();
    expect([exports.current.value, environment.saved]).toEqual([undefined, []]);
    expect(model.problem.value?.code).toBe('storage/full');
  });

  it('tells why it failed, and saves nothing when it is called off', async () => {
    const { machine, model, exports, environment } = open({ name: 'stopped' });
    machine.failure = new AppError('storage/damaged', { detail: 'x' });
    await exports.request(model);
    expect(exports.current.value?.state).toMatchObject({ name: 'failed', error: { code: 'storage/damaged' } });
    exports.close();
    const done = exports.request(model);
    exports.close();
    await done;
    expect([exports.current.value, environment.saved]).toEqual([undefined, []]);
  });
});

describe('importing a machine', () => {
  const file = new File(['x'], 'base.portolan-machine');

  it('shows how far it is, and then the machine', async () => {
    const { app, portolan, environment } = openApp();
    const done = app.imports.take(file);
    portolan.imported?.options.onProgress?.(0.5);
    expect(app.imports.state.value).toEqual({ name: 'importing', file: file.name, share: 0.5 });
    await app.imports.take(file);
    await done;
    expect(portolan.asked).toEqual(['import']);
    expect(app.imports.state.value).toBeUndefined();
    expect(environment.route.value).toEqual({ name: 'machine', id: 'base-1' });
  });

  it('tells why it failed, until the user has seen it', async () => {
    const { app, portolan, shell } = openApp();
    portolan.failure = new AppError('backup/truncated', { bytes: 1 });
    await app.imports.take(file);
    expect(app.imports.state.value).toMatchObject({ name: 'failed', error: { code: 'backup/truncated' } });
    expect(shell.reported).toHaveLength(1);
    app.imports.close();
    expect(app.imports.state.value).toBeUndefined();
  });

  it('ends when it is called off', async () => {
    const { app, portolan, environment } = openApp();
    const done = app.imports.take(file);
    app.imports.close();
    await done;
    expect([app.imports.state.value, portolan.machines().length, environment.visited]).toEqual([undefined, 0, 1]);
  });
});
