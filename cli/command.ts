import { say } from './process/say.ts';
import { SetupError } from './setup/setup-error.ts';

/** Runs a command's body; what a person has to put right is told without a stack. Returns the exit status. */
export async function command(body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return 1;
  }
}
