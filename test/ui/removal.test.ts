import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { RemovalModel } from '#ui/models/removal-model.ts';
import { FakeMachine } from './fake-machine.ts';
import { FakePortolan, FakeShell } from './fakes.ts';

const ISLE = { name: 'isle', version: '1.0', description: 'An isle', installedBytes: 1 };

let portolan: FakePortolan;
let removal: RemovalModel;
const state = () => removal.current.value?.state;

beforeEach(() => {
  portolan = new FakePortolan();
  portolan.setMachines([new FakeMachine('base-1', 'Base')]);
  portolan.installed = [ISLE];
  removal = new RemovalModel(portolan, new FakeShell());
});

describe('removing packages', () => {
  it('lists what the user has installed, shows what would go, then does it', async () => {
    const opening = removal.open({ id: 'base-1', title: 'Base' });
    expect(state()).toEqual({ name: 'choosing', packages: undefined, error: undefined });
    await opening;
    expect(state()).toEqual({ name: 'choosing', packages: [ISLE], error: undefined });
    const choosing = removal.choose('isle');
    expect(state()?.name).toBe('reading');
    await choosing;
    expect(state()).toEqual({ name: 'proposed', proposal: portolan.removal });
    const removing = removal.remove(true);
    portolan.installing?.onProgress?.({ stage: 'remove', names: ['isle'], share: 0 });
    expect(state()).toMatchObject({ name: 'removing', progress: { stage: 'remove' } });
    await removing;
    expect(state()).toEqual({ name: 'done', names: ['isle'], output: 'Removing isle (1.0) ...' });
    expect(portolan.asked.slice(1)).toEqual(['propose to remove isle from base-1', 'purge from base-1']);
    await removal.back();
    expect(state()?.name).toBe('choosing');
  });

  it('says why something cannot go, and why the machine cannot say', async () => {
    await removal.open({ id: 'base-1', title: 'Base' });
    portolan.removal = { kind: 'impossible', problems: [], removals: [], text: 'isle stays.' };
    await removal.choose('isle');
    expect(state()).toMatchObject({ name: 'impossible', explanation: { text: 'isle stays.' } });
    await removal.remove(false);
    portolan.failure = new AppError('packages/no-dpkg', { detail: 'x' });
    await removal.back();
    expect(state()).toMatchObject({ name: 'choosing', error: { code: 'packages/no-dpkg' } });
    portolan.setMachines([]);
    await removal.choose('isle');
    expect(state()).toMatchObject({ name: 'choosing', error: { code: 'machine/not-running' } });
  });

  it('that fails shows the reason; called off, it stays in sight until all is undone', async () => {
    await removal.open({ id: 'base-1', title: 'Base' });
    await removal.choose('isle');
    portolan.failure = new AppError('packages/failed', { action: 'remove', names: 'isle', detail: 'x', output: 'y' });
    await removal.remove(false);
    expect(state()).toMatchObject({ name: 'failed', error: { code: 'packages/failed' } });
    portolan.failure = undefined;
    await removal.choose('isle');
    let undone = (): void => undefined;
    portolan.installation = new Promise((resolve) => (undone = resolve));
    const removing = removal.remove(false);
    removal.close();
    expect([state()?.name, portolan.installing?.signal?.aborted]).toEqual(['removing', true]);
    undone();
    await removing;
    expect(removal.current.value).toBeUndefined();
  });

  it('that was closed has nothing to say to the next one', async () => {
    await removal.open({ id: 'base-1', title: 'Base' });
    const choosing = removal.choose('isle');
    removal.close();
    const opening = removal.open({ id: 'base-1', title: 'Base' });
    await choosing;
    expect(state()?.name).toBe('choosing');
    await opening;
    expect(state()).toMatchObject({ packages: [ISLE] });
  });
});
