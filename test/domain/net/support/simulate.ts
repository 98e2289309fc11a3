import { inspect } from 'node:util';
import { NetworkSimulation, type Tally } from './network-simulation.ts';

/** Failures after which nothing new would be learnt. */
const MOST_FAILURES = 3;

/** Runs simulations from seed `first` on. */
export async function simulate(first: number, count: number): Promise<{ failures: string[]; tally: Tally }> {
  const failures: string[] = [];
  const tally = { conversations: 0, completed: 0, unlucky: 0 };
  for (let seed = first; seed < first + count && failures.length < MOST_FAILURES; seed++) {
    try {
      const { conversations, completed, unlucky } = await new NetworkSimulation(seed).run();
      tally.conversations += conversations;
      tally.completed += completed;
      tally.unlucky += unlucky;
    } catch (error) {
      failures.push(`seed ${seed}: ${inspect(error, { depth: 3 })}`);
    }
  }
  return { failures, tally };
}
