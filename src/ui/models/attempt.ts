import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Shell } from '#ports/shell.ts';

/** Runs `action`. An error goes to the error log and comes back in its plain form, for a model to show. */
export async function attempt(
  shell: Pick<Shell, 'report'>,
  action: () => Promise<unknown>,
): Promise<ErrorRecord | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    shell.report(error);
    return AppError.from(error).toRecord();
  }
}

/** True when both say the same, though they may be different objects. */
export function sameError(a: ErrorRecord | undefined, b: ErrorRecord | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
