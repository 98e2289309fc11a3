import type { BrowserContext, ConsoleMessage } from '@playwright/test';

/** What pages of a context complain about: uncaught errors, and errors and warnings of the console. */
export class Problems {
  readonly #seen: string[] = [];
  /**
   * Browsers note every answer of 400 and more: a catalog that is not signed has no signature beside it, and what the app's
   * own routes report as failed, which the page then says in words.
   */
  readonly #expected: RegExp[] = [/404.*catalog\.json\.minisig/, /status of [45]\d\d .*\/(?:api\/v1|c)\//];

  constructor(context: BrowserContext) {
    this.watch(context);
  }

  /** Notes what pages of another context complain about, too. */
  watch(context: BrowserContext): void {
    context.on('weberror', (error) => this.#seen.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on('console', (message) => this.#note(message));
  }

  /** What fits is no problem in this test, whether it came before or comes after. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  get unexpected(): readonly string[] {
    return this.#seen.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  #note(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    this.#seen.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  }
}
