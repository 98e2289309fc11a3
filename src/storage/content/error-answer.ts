import { AppError } from '#domain/errors/index.ts';
import { statusOf } from '../error-status.ts';
import { LOCAL_ERROR_HEADER } from '../local-server.ts';

/** An AppError as an answer: its code in the header, all of it in the body. */
export function errorAnswer(error: AppError): Response {
  const { code } = error;
  return new Response(JSON.stringify(error.toRecord()), {
    status: statusOf(error),
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

/** An ErrorRecord that was written as JSON. */
export function parseRecord(text: string): AppError {
  try {
    return AppError.fromRecord(JSON.parse(text));
  } catch {
    return AppError.fromRecord(undefined);
  }
}
