import { runNode } from '../process/run.ts';
import { SetupError } from './setup-error.ts';

/**
 * Makes the containers, or finds that they are made. The builder keeps what it has built, so this is quick the second time.
 * @throws SetupError
 */
export async function ensureImages(): Promise<void> {
  const { status } = await runNode(['--import', 'tsx', 'images/index.ts'], { output: 'show' });
  if (status !== 0) throw new SetupError('The containers could not be built: see the messages above.');
}
