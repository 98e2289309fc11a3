import {
  checkConditions,
  chooseRange,
  formatHttpDate,
  rangeCounts,
  type ByteSpan,
  type Conditions,
  type Validators,
} from '#domain/chunks/index.ts';
import { LOCAL_ORIGIN_HEADER } from '../local-server.ts';
import { formatOrigins, type OriginBytes } from './origins.ts';

/** Something that is served as a file. */
export interface ServedFile {
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  readonly validators: Validators;
  /** The bytes of a span that is not empty; resolves when the first of them are there. @throws AppError */
  open(span: ByteSpan): Promise<FileBody>;
}

export interface FileBody {
  readonly content: BodyInit;
  /** Where its bytes come from; undefined for a span that is too long to tell before it is read. */
  readonly origins: OriginBytes | undefined;
}

/** Publishers' bytes on the app's own origin: they must never become a page or a script of it. */
const HARMLESS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cache-Control': 'no-store',
};

/** Answers GET and HEAD for a file as RFC 9110 says: conditions, then ranges. @throws AppError of `file.open` */
export async function answerFile(request: Request, file: ServedFile): Promise<Response> {
  const { etag, modifiedAt } = file.validators;
  const modified = modifiedAt === undefined ? {} : { 'Last-Modified': formatHttpDate(modifiedAt) };
  const headers = { ...HARMLESS, 'Accept-Ranges': 'bytes', ETag: etag, ...modified };
  const conditions = conditionsOf(request.headers);
  const verdict = checkConditions(conditions, file.validators);
  if (verdict !== 'proceed') return new Response(null, { status: verdict, headers });
  const described = { ...headers, 'Content-Type': file.type };
  // A Range header counts for GET alone (RFC 9110, 14.2).
  if (request.method === 'HEAD')
    return new Response(null, { headers: { ...described, 'Content-Length': `${file.size}` } });
  const range = rangeCounts(conditions.ifRange, file.validators) ? request.headers.get('Range') : null;
  return answerRange(file, range, described);
}

async function answerRange(file: ServedFile, range: string | null, headers: Record<string, string>): Promise<Response> {
  const { size } = file;
  const choice = chooseRange(range, size);
  switch (choice.name) {
    case 'unsatisfiable': {
      const { 'Content-Type': _, ...rest } = headers;
      return new Response(null, { status: 416, headers: { ...rest, 'Content-Range': `bytes */${size}` } });
    }
    case 'part': {
      const said = { 'Content-Range': `bytes ${choice.first}-${choice.last}/${size}` };
      return answerBytes(file, choice, { status: 206, headers: { ...headers, ...said } });
    }
    case 'whole':
      if (size === 0) return new Response(null, { headers: { ...headers, 'Content-Length': '0' } });
      return answerBytes(file, { first: 0, last: size - 1 }, { status: 200, headers });
  }
}

async function answerBytes(
  file: ServedFile,
  span: ByteSpan,
  { status, headers }: { readonly status: number; readonly headers: Record<string, string> },
): Promise<Response> {
  const { content, origins } = await file.open(span);
  const length = { 'Content-Length': `${span.last - span.first + 1}` };
  const origin = origins ? { [LOCAL_ORIGIN_HEADER]: formatOrigins(origins) } : {};
  return new Response(content, { status, headers: { ...headers, ...length, ...origin } });
}

function conditionsOf(headers: Headers): Conditions {
  return {
    ifMatch: headers.get('If-Match'),
    ifNoneMatch: headers.get('If-None-Match'),
    ifModifiedSince: headers.get('If-Modified-Since'),
    ifUnmodifiedSince: headers.get('If-Unmodified-Since'),
    ifRange: headers.get('If-Range'),
  };
}
