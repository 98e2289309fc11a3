/** Errors as codes with data. Here: the codes, their texts, the class. Not here: how they travel (src/rpc) or look (src/ui). */
export { AppError, type ErrorData, type ErrorRecord } from './app-error.ts';
export { ERROR_TEXTS, isErrorCode, type ErrorCode } from './codes.ts';
export type { ErrorText } from './error-text.ts';
