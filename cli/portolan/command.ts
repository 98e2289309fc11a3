/** A command of `portolan`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Shown by --help: usage, what it does, options, examples. */
  readonly help: string;
  /**
   * Does it.
   * @returns the exit status
   * @throws UsageError, PublishError, SetupError, AppError: all are shown as one line
   */
  run(args: readonly string[]): Promise<number>;
}
