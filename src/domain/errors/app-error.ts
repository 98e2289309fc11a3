import { ERROR_TEXTS, isErrorCode, type ErrorCode } from './codes.ts';

export type ErrorData = Readonly<Record<string, string | number | boolean>>;

/** The plain form in which an error crosses threads and storage. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly data: ErrorData;
}

/** An error with a code, the data that its text needs, and the cause that led to it. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, data: ErrorData = {}, options?: ErrorOptions) {
    super(fill(ERROR_TEXTS[code].message, data), options);
    this.code = code;
    this.data = data;
  }

  /** What the user can do next. */
  get advice(): string {
    return fill(ERROR_TEXTS[this.code].advice, this.data);
  }

  /** The plain form; the cause stays behind. */
  toRecord(): ErrorRecord {
    return { code: this.code, data: this.data };
  }

  /** The error that a record describes; an unknown shape becomes `app/unexpected`. */
  static fromRecord(record: unknown): AppError {
    if (!isRecord(record) || !isErrorCode(record['code'])) {
      return new AppError('app/unexpected', { detail: 'an error of unknown form' });
    }
    return new AppError(record['code'], primitives(record['data']));
  }

  /** `error` itself when it has a code, else `app/unexpected` around it. */
  static from(error: unknown): AppError {
    if (error instanceof AppError) return error;
    return new AppError('app/unexpected', { detail: describe(error) }, { cause: error });
  }
}

/** Anything can be thrown, even what has no text. */
function describe(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'something without a text';
  }
}

function fill(text: string, data: ErrorData): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? '?'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function primitives(value: unknown): ErrorData {
  if (!isRecord(value)) return {};
  const data: Record<string, string | number | boolean> = {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') data[key] = item;
  }
  return data;
}
