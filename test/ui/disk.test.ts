import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { DiskModel } from '#ui/models/disk-model.ts';
import { FakeMachine } from './fake-machine.ts';
import { FakeShell } from './fakes.ts';

let machine: FakeMachine;
let disk: DiskModel;

beforeEach(() => {
  machine = new FakeMachine('base-1a2b', 'Base');
  disk = new DiskModel(machine, new FakeShell());
});

describe('the disk of a machine', () => {
  it('is described when somebody asks, and when it is larger', async () => {
    const shown = disk.show();
    expect([disk.open.value, disk.report.value]).toEqual([true, undefined]);
    await shown;
    expect(disk.report.value).toMatchObject({ size: 1_073_741_824 });
    const grown = disk.grow(2_000_683_008);
    expect(disk.growing.value).toBe(true);
    await Promise.all([grown, disk.grow(3_000_000_512)]);
    expect(machine.asked).toEqual(['growDisk 2000683008']);
    expect([disk.growing.value, disk.report.value?.size, disk.error.value]).toEqual([false, 2_000_683_008, undefined]);
    disk.close();
    expect(disk.open.value).toBe(false);
  });

  it('says why it could not be asked, or did not become larger', async () => {
    machine.failure = new AppError('machine/not-running', { state: 'stopped', action: 'tell of its disk' });
    await disk.show();
    expect([disk.report.value, disk.error.value?.code]).toEqual([undefined, 'machine/not-running']);
    machine.failure = undefined;
    await disk.show();
    expect(disk.error.value).toBeUndefined();
    const growDisk = machine.growDisk.bind(machine);
    machine.growDisk = () => Promise.reject(new AppError('disk/unused', { detail: 'no perl' }));
    await disk.grow(2_000_683_008);
    expect([disk.error.value?.code, disk.report.value?.size]).toEqual(['disk/unused', 1_073_741_824]);
    machine.growDisk = growDisk;
    await disk.grow(2_000_683_008);
    expect(disk.error.value).toBeUndefined();
  });
});
