import { expect, it } from 'vitest';
import { Timer } from '#domain/net/clock.ts';
import { VirtualClock } from './support/virtual-clock.ts';

it('a timer that is put off again and again runs out once, and no earlier', async () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  const timer = new Timer(clock, () => void ran.push(clock.now()));
  timer.start(10);
  for (let time = 5; time <= 50; time += 5) clock.after(time, () => timer.start(10));
  await clock.run(1000);
  expect(ran).toEqual([60]);
});

it('a timer for what is left in rounding makes time go on', async () => {
  const clock = new VirtualClock();
  await clock.run(2e6, () => (clock.after(1e6, () => undefined), clock.now() > 0));
  let runs = 0;
  const timer = new Timer(clock, () => {
    runs++;
    if (clock.now() < 1e6 + 0.01) timer.start(1e-12);
  });
  timer.start(1e-12);
  await clock.run(2e6);
  expect(runs).toBeLessThan(20);
});
