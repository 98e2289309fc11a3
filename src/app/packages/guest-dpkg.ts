import { AppError } from '#domain/errors/index.ts';
import { DPKG_ENVIRONMENT } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine, RunResult } from '#ports/portolan.ts';

/** Minutes that one call may take: a script that waits for something waits for ever. */
const RUN_MINUTES = 15;
/** Characters of what dpkg has said that are shown with an error: its end. */
const TOLD = 4000;

/** The machine's own dpkg and its shell, for a change that may be called off; and what dpkg has said. */
export class GuestDpkg {
  readonly #machine: Pick<Machine, 'exec'>;
  readonly #options: Cancellable;
  #output = '';

  constructor(machine: Pick<Machine, 'exec'>, options: Cancellable) {
    this.#machine = machine;
    this.#options = options;
  }

  get output(): string {
    return this.#output;
  }

  /**
   * @param args of dpkg
   * @param action what it does, for an error
   * @throws AppError `packages/failed`
   */
  async run(args: readonly string[], action: string, names: readonly string[]): Promise<void> {
    const options = { ...this.waiting(), env: DPKG_ENVIRONMENT };
    const { status, stdout, stderr } = await this.#machine.exec(['dpkg', ...args], options);
    this.#output += stdout + stderr;
    if (status !== 0) throw this.failed(action, names, lastLine(stderr) ?? `it ended with status ${status}`);
  }

  /**
   * dpkg says what is not as it should be, and nothing else.
   * @param after a script that is run then
   * @throws AppError `packages/failed`
   */
  async check(after: string): Promise<void> {
    const { stdout } = await this.sh(`dpkg --audit; ${after}`);
    if (stdout.trim() !== '') throw this.failed('check', ['what it has installed'], stdout.trim());
  }

  sh(script: string): Promise<RunResult> {
    return this.#machine.exec(['sh', '-c', script], this.waiting());
  }

  failed(action: string, names: readonly string[], detail: string): AppError {
    const output = this.#output.slice(-TOLD);
    return new AppError('packages/failed', { action, names: names.join(', '), detail, output });
  }

  /** Until it is called off, or takes too long. */
  waiting(): { readonly signal: AbortSignal } {
    const late = AbortSignal.timeout(RUN_MINUTES * 60_000);
    const { signal } = this.#options;
    return { signal: signal ? AbortSignal.any([signal, late]) : late };
  }
}

/** The last line that says something. */
export function lastLine(text: string): string | undefined {
  return text
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
}
