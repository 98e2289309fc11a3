import { AppError } from '#domain/errors/index.ts';

/**
 * The error of a control file that is not in deb822's form.
 * @param what names the file for a person
 * @param line counted from 1
 */
export function syntaxError(what: string, line: number, detail: string): AppError {
  return new AppError('format/invalid', { what, detail: `line ${line}: ${detail}`, line });
}
