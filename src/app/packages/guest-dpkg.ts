import { AppError } from '#domain/errors/index.ts';
import { DPKG_ENVIRONMENT, DPKG_OPTIONS } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine, RunResult } from '#ports/portolan.ts';
import { SEPARATOR } from './guest-scripts.ts';

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
   * @param args of dpkg, beside those that it always has
   * @param action what it does, for an error
   * @throws AppError `packages/failed`
   */
  async run(args: readonly string[], action: string, names: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.#exec(['dpkg', ...DPKG_OPTIONS, ...args]);
    this.#output += stdout + stderr;
    if (status !== 0) throw this.#ended(action, names, { status, stderr });
  }

  /**
   * Has dpkg do what packages wait for, and say what is not as it should be: nothing, then.
   * @param written packages that dpkg did not see coming
   * @param after a script that is run then
   * @throws AppError `packages/failed`
   */
  async settle(written: readonly string[], after: string): Promise<void> {
    const triggers = ['dpkg', ...DPKG_OPTIONS, '--triggers-only', '--pending'].join(' ');
    const script = `${written.length > 0 ? `${triggers} || exit` : ':'}; printf '\\036'; dpkg --audit; ${after}`;
    const { status, stdout, stderr } = await this.#exec(['sh', '-c', script]);
    const [said = '', amiss] = stdout.split(SEPARATOR);
    this.#output += said + stderr;
    if (amiss === undefined) throw this.#ended('configure', written, { status, stderr });
    if (amiss.trim() !== '') throw this.failed('check', ['what it has installed'], amiss.trim());
  }

  /** Runs a script, which changes something for packages. @throws AppError `packages/failed` */
  async must(script: string, names: readonly string[]): Promise<void> {
    const ended = await this.sh(script);
    if (ended.status !== 0) throw this.#ended('unpack', names, ended);
  }

  sh(script: string): Promise<RunResult> {
    return this.#machine.exec(['sh', '-c', script], this.waiting());
  }

  #exec(argv: readonly string[]): Promise<RunResult> {
    return this.#machine.exec(argv, { ...this.waiting(), env: DPKG_ENVIRONMENT });
  }

  #ended(action: string, names: readonly string[], { status, stderr }: Pick<RunResult, 'status' | 'stderr'>): AppError {
    return this.failed(action, names, lastLine(stderr) ?? `it ended with status ${status}`);
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
function lastLine(text: string): string | undefined {
  return text
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
}
