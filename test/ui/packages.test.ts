import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { Plan } from '#domain/packages/index.ts';
import { isThere, PackagesModel, type Proposed } from '#ui/models/packages-model.ts';
import { RUNTIME_CONFIG } from '../support/documents.ts';
import { DIGEST } from './digest.ts';
import { FakeMachine } from './fake-machine.ts';
import { runningService, type FakeServices } from './fake-services.ts';
import { FakeEnvironment } from './fake-environment.ts';
import { FakePortolan, FakeShell } from './fakes.ts';
import { proposalOf } from './proposal.ts';

const FILE = new Blob(['a package']);
const PLAN: Plan = {
  kind: 'plan',
  packages: [
    {
      name: 'isle',
      version: '1.0',
      architecture: 'all',
      isWanted: true,
      file: { path: '0', bytes: 0 },
      installedBytes: 1,
    },
  ],
  removed: [],
  steps: [],
  downloadBytes: 0,
  installedBytes: 1,
};

const WEB = { name: 'web', description: '', run: 'x', ports: [80], environment: {} };

let portolan: FakePortolan;
let packages: PackagesModel;
let environment: FakeEnvironment;
const state = () => packages.current.value?.state;

function proposedNow(): Proposed {
  const now = state();
  if (now?.name !== 'proposed') throw new Error('nothing is proposed');
  return now;
}

beforeEach(() => {
  portolan = new FakePortolan();
  portolan.setMachines([new FakeMachine('base-1', 'Base')]);
  environment = new FakeEnvironment();
  packages = new PackagesModel(portolan, new FakeShell(), environment);
  packages.open({ id: 'base-1', title: 'Base' });
});

describe('installing packages', () => {
  it('shows what would be, then does it, and tells what dpkg has said', async () => {
    portolan.proposal = proposalOf(PLAN);
    expect(state()).toEqual({ name: 'choosing', error: undefined });
    const reading = packages.choose([FILE]);
    expect(state()?.name).toBe('reading');
    await reading;
    expect(state()).toMatchObject({ name: 'proposed', proposal: portolan.proposal });
    const installing = packages.install();
    portolan.installing?.onProgress?.({ stage: 'unpack', names: ['isle'], share: 0.5 });
    expect(state()).toMatchObject({ name: 'installing', progress: { stage: 'unpack', names: ['isle'] } });
    await installing;
    expect(state()).toEqual({ name: 'done', names: ['isle'], output: 'Setting up isle (1.0) ...' });
    expect(portolan.asked).toEqual(['propose 1 for base-1', 'install into base-1']);
    packages.close();
    expect(packages.current.value).toBeUndefined();
  });

  it('says why it cannot be, and takes other files after one that is no package', async () => {
    portolan.failure = new AppError('archive/foreign', { detail: 'it is empty' });
    await packages.choose([FILE]);
    expect(state()).toMatchObject({ name: 'choosing', error: { code: 'archive/foreign' } });
    portolan.failure = undefined;
    portolan.proposal = { kind: 'impossible', problems: [], removals: [], text: 'isle needs ferry.' };
    await packages.choose([FILE]);
    expect(state()).toMatchObject({ name: 'impossible', explanation: { text: 'isle needs ferry.' } });
    await packages.install();
    expect(portolan.asked).not.toContain('install into base-1');
  });

  it('for which there is no room offers a larger disk, and proposes it again on that', async () => {
    const room = { free: 900_000_000, needed: 2_000_000_000 };
    portolan.proposal = { ...proposalOf(PLAN), room };
    await packages.choose([FILE]);
    expect(state()).toMatchObject({ name: 'proposed', disk: { size: 1_073_741_824 } });
    const growing = packages.grow(4_000_317_440);
    expect(state()?.name).toBe('growing');
    portolan.proposal = proposalOf(PLAN);
    await growing;
    expect(state()).toMatchObject({ name: 'proposed', disk: undefined, proposal: portolan.proposal });
    expect(portolan.asked).toEqual(['propose 1 for base-1', 'propose 1 for base-1']);
    const [machine] = portolan.machines();
    expect(machine?.asked).toEqual(['growDisk 4000317440']);
  });

  it('says why the disk did not become larger, and still offers it', async () => {
    portolan.proposal = { ...proposalOf(PLAN), room: { free: 1, needed: 2 } };
    await packages.choose([FILE]);
    const [machine] = portolan.machines();
    if (machine) machine.failure = new AppError('disk/busy', { checkpoint: 'Before installing isle' });
    await packages.grow(4_000_317_440);
    expect(state()).toMatchObject({ name: 'proposed', disk: { size: 1_073_741_824 }, error: { code: 'disk/busy' } });
  });

  it('that is called off stays in sight until all is undone', async () => {
    portolan.proposal = proposalOf(PLAN);
    await packages.choose([FILE]);
    let undone = (): void => undefined;
    portolan.installation = new Promise((resolve) => (undone = resolve));
    const installing = packages.install();
    packages.close();
    expect([state()?.name, portolan.installing?.signal?.aborted]).toEqual(['installing', true]);
    undone();
    await installing;
    expect(packages.current.value).toBeUndefined();
  });

  it('that fails shows the reason', async () => {
    portolan.proposal = proposalOf(PLAN);
    await packages.choose([FILE]);
    portolan.failure = new AppError('packages/failed', {
      action: 'configure',
      names: 'isle',
      detail: 'x',
      output: 'y',
    });
    await packages.install();
    expect(state()).toMatchObject({ name: 'failed', error: { code: 'packages/failed' } });
  });

  it('takes what is found in a folder, and says when there is nothing', async () => {
    portolan.proposal = proposalOf(PLAN);
    await packages.chooseFrom(() => Promise.resolve([]));
    expect(state()).toMatchObject({ name: 'choosing', error: { code: 'packages/no-files' } });
    await packages.chooseFrom(() => Promise.resolve([FILE, FILE]));
    expect(state()?.name).toBe('proposed');
    expect(portolan.asked).toEqual(['propose 2 for base-1']);
  });

  it('asks elsewhere for what is not here', async () => {
    await packages.request('nginx-light, git=1:2.39 ');
    expect(portolan.asked).toEqual(['request nginx-light git=1:2.39 for base-1']);
    expect(environment.saved).toMatchObject([{ name: 'base-1.portolan-request' }]);
    await packages.request('nginx; rm -rf /');
    expect(state()).toMatchObject({
      name: 'choosing',
      error: { code: 'packages/no-name', data: { names: 'nginx;, -rf, /' } },
    });
  });

  it('is for machines that are there', async () => {
    portolan.setMachines([]);
    await packages.choose([FILE]);
    expect(state()).toMatchObject({ name: 'choosing', error: { code: 'machine/not-running' } });
  });
});

describe('a runtime', () => {
  const runtime = {
    config: { ...RUNTIME_CONFIG, wanted: ['isle'] },
    debs: [FILE, FILE],
    template: undefined,
  };

  it('is read, and then goes the way of files, with what it wants told from what that needs', async () => {
    portolan.proposal = proposalOf(PLAN);
    portolan.runtime = runtime;
    const choosing = packages.chooseRuntime(DIGEST);
    portolan.reading?.onProgress?.(0.5);
    expect(state()).toEqual({ name: 'reading', share: 0.5 });
    await choosing;
    expect(state()).toMatchObject({ name: 'proposed', proposal: portolan.proposal });
    await packages.install();
    expect(portolan.installing).toMatchObject({ runtime });
    expect(portolan.asked).toEqual([`read ${DIGEST}`, 'propose 2 for base-1 isle', 'install into base-1']);
  });

  it('has its services added as the user chooses, once nothing stands in their way', async () => {
    const [machine] = portolan.machines();
    if (machine) machine.services.all = [runningService({ name: 'harbour', ports: [80] })];
    portolan.proposal = proposalOf(PLAN);
    portolan.runtime = { ...runtime, config: { ...runtime.config, services: [WEB] } };
    await packages.chooseRuntime(DIGEST);
    const proposed = proposedNow();
    proposed.services.move('web', 80, 80);
    await packages.install();
    expect(state()).toEqual(proposed);
    expect(proposed.services.error.value?.code).toBe('services/port-taken');
    expect(portolan.asked).not.toContain('install into base-1');
    proposed.services.move('web', 80, 8080);
    expect(proposed.services.error.value).toBeUndefined();
    await packages.install();
    expect(portolan.installing?.services).toEqual([{ ...WEB, ports: [8080] }]);
    expect(state()?.name).toBe('done');
  });

  /** Chooses a runtime with a service, on whose machine another one has its port. */
  async function choosePortTaken(): Promise<{ readonly proposed: Proposed; readonly services: FakeServices }> {
    const [machine] = portolan.machines();
    if (!machine) throw new Error('there is no machine');
    machine.services.all = [runningService({ name: 'harbour', ports: [80] })];
    portolan.proposal = proposalOf(PLAN);
    portolan.runtime = { ...runtime, config: { ...runtime.config, services: [WEB] } };
    await packages.chooseRuntime(DIGEST);
    return { proposed: proposedNow(), services: machine.services };
  }

  it('stays in sight while it is looked whether its services can be as chosen, and whatever comes of it', async () => {
    const { proposed, services } = await choosePortTaken();
    const answer = services.wait();
    proposed.services.move('web', 80, 80);
    const first = packages.install();
    expect(state()).toEqual({ ...proposed, isChecked: true });
    // Once more, by who is impatient.
    await packages.install();
    answer();
    await first;
    expect(state()).toEqual(proposed);
    expect(proposed.services.error.value?.code).toBe('services/port-taken');
    expect(portolan.asked).not.toContain('install into base-1');
  });

  it('is not installed when the user changes something meanwhile, or calls it off', async () => {
    const { proposed, services } = await choosePortTaken();
    const change = async (act: () => void): Promise<void> => {
      const answer = services.wait();
      const installing = packages.install();
      act();
      answer();
      await installing;
    };
    await change(() => proposed.services.move('web', 80, 8081));
    expect(state()).toEqual(proposed);
    await change(() => packages.close());
    expect(state()).toBeUndefined();
    expect(portolan.asked).not.toContain('install into base-1');
  });

  it('whose packages are there still brings its services and files, until these are there, too', async () => {
    const [machine] = portolan.machines();
    portolan.proposal = proposalOf({ ...PLAN, packages: [] });
    portolan.runtime = { ...runtime, config: { ...runtime.config, services: [WEB] } };
    const isAllThere = async (): Promise<boolean> => {
      await packages.chooseRuntime(DIGEST);
      return isThere(proposedNow());
    };
    expect(await isAllThere()).toBe(false);
    await packages.install();
    expect(portolan.installing?.services).toEqual([WEB]);
    expect(state()).toMatchObject({ name: 'done', names: [runtime.config.title] });
    if (machine) machine.services.all = [runningService({ name: 'web', ports: [80] })];
    expect(await isAllThere()).toBe(true);
    // It can be replaced all the same, where the user wants that.
    await packages.install();
    expect(portolan.asked.filter((each) => each === 'install into base-1')).toHaveLength(1);
    proposedNow().services.setWanted('web', true);
    await packages.install();
    expect(portolan.asked.filter((each) => each === 'install into base-1')).toHaveLength(2);
    expect(portolan.installing?.services).toEqual([WEB]);
    portolan.runtime = { ...portolan.runtime, template: FILE };
    expect(await isAllThere()).toBe(false);
  });

  it('that cannot be had says so, and another can be chosen', async () => {
    await packages.chooseRuntime(DIGEST);
    expect(state()).toMatchObject({ name: 'choosing', error: { code: 'container/unavailable' } });
  });

  it('that is called off while it is read shows nothing any more', async () => {
    portolan.runtime = runtime;
    const choosing = packages.chooseRuntime(DIGEST);
    packages.close();
    portolan.reading?.onProgress?.(0.5);
    expect(packages.current.value).toBeUndefined();
    await choosing;
    expect([state(), portolan.asked]).toEqual([undefined, [`read ${DIGEST}`]]);
  });
});
