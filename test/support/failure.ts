import { AppError, type ErrorRecord } from '#domain/errors/index.ts';

/** The error that `work` ends with, as a record; fails the test when it ends well or with an error that has no code. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<ErrorRecord> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof AppError) return error.toRecord();
    throw error;
  }
  throw new Error('it did not fail');
}
