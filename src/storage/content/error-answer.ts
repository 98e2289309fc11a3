import { AppError, type ErrorCode } from '#domain/errors/index.ts';
import { LOCAL_ERROR_HEADER } from '../local-server.ts';

/** Statuses of errors, by code or by the part of it before the slash; what is not here is 500. */
const STATUSES: Readonly<Record<string, number>> = {
  'content/bad-request': 400,
  'content/not-found': 404,
  'container/unavailable': 404,
  'source/too-many-requests': 503,
  'source/stalled': 504,
  'storage/full': 507,
  storage: 503,
  container: 502,
  source: 502,
  chunk: 502,
  format: 502,
};

/** An AppError as an answer: its code in the header, all of it in the body. */
export function errorAnswer(error: AppError): Response {
  const { code } = error;
  return new Response(JSON.stringify(error.toRecord()), {
    status: statusOf(code),
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      [LOCAL_ERROR_HEADER]: code,
    },
  });
}

/** The AppError that an answer reports; undefined when it reports none. */
export async function errorOf(response: Response): Promise<AppError | undefined> {
  if (!response.headers.has(LOCAL_ERROR_HEADER)) return undefined;
  const record: unknown = await response.json().catch(() => undefined);
  return AppError.fromRecord(record);
}

function statusOf(code: ErrorCode): number {
  return STATUSES[code] ?? STATUSES[code.split('/')[0] ?? ''] ?? 500;
}

/** An ErrorRecord that was written as JSON. */
export function parseRecord(text: string): AppError {
  try {
    return AppError.fromRecord(JSON.parse(text));
  } catch {
    return AppError.fromRecord(undefined);
  }
}
