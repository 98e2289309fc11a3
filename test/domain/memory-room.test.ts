import { expect, it } from 'vitest';
import { hasRoom, machineMemory, memoryBudget } from '#domain/memory/index.ts';

const GIB = 1024 ** 3;
const needed = machineMemory(GIB / 4);

it('a machine takes its guest’s memory and some more', () => {
  expect(needed).toBeGreaterThan(GIB / 4);
  expect(needed).toBeLessThan(GIB / 2);
});

it.each([
  [8, 9],
  [4, 4],
  [2, 2],
  [0.5, 0],
])('a device of %d GiB has room for %d machines of 256 MiB', (device, machines) => {
  const budget = memoryBudget(device);
  const fitting = Array.from({ length: 20 }, (_, running) => hasRoom({ needed, used: running * needed, budget }));
  expect(fitting.filter(Boolean)).toHaveLength(machines);
});

it('a browser that does not say is taken for a usual device', () => {
  expect(memoryBudget(undefined)).toBe(memoryBudget(4));
});
