import { AppError, type ErrorRecord } from '#domain/errors/index.ts';

/** Errors kept. */
const LIMIT = 100;

export interface LoggedError {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly record: ErrorRecord;
}

/** The errors of this page, newest first, for the debug panel. They go no further. */
export class ErrorLog {
  #errors: readonly LoggedError[] = [];

  get errors(): readonly LoggedError[] {
    return this.#errors;
  }

  add(error: unknown): void {
    const logged = { at: Date.now(), record: AppError.from(error).toRecord() };
    this.#errors = [logged, ...this.#errors].slice(0, LIMIT);
  }
}
