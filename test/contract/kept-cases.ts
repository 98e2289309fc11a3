import { concatBytes } from '#domain/bytes/index.ts';
import { AppError } from '#domain/errors/index.ts';

// What cases are written with that run where Vitest is not, as in a worker of the browser.

/** The code with which work fails. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'no error';
}

/** @throws Error where the two are not the same as JSON */
export function equal(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`got ${is} instead of ${should}`);
}

/** Arrays of megabytes, compared without a report of each byte. */
export function same(bytes: Uint8Array, parts: readonly Uint8Array[]): boolean {
  const expected = concatBytes(parts);
  return bytes.length === expected.length && bytes.every((byte, i) => byte === expected[i]);
}
