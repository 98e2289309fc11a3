import { MEDIA_TYPES, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import * as v from 'valibot';
import { isForeign } from '../is-foreign.ts';
import { LOCAL_HEADER, LOCAL_NOTICE_HEADER, type LocalServer } from '../local-server.ts';
import { isContentUrl, parseContentUrl, parsePart, type ContentAddress } from './address.ts';
import type { PartName } from './container.ts';
import { errorAnswer } from './error-answer.ts';
import { answerFile, type ServedFile } from './file-answer.ts';
import { Library, type LibraryParts } from './library.ts';

export interface ContentServerParts extends LibraryParts {
  /** Absolute URL below which `c/` is; ends with `/`. */
  readonly scope: string;
}

/** Body of `POST c/<digest>/fetch`. */
const FetchSchema = v.object({
  part: v.string(),
  chunks: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** True for what nobody waits for: it gives way to what somebody does. */
  background: v.optional(v.boolean(), false),
});

/** Answers for the content of containers, below `c/<manifest digest>/`: verified, whatever server it comes from. */
export class ContentServer implements LocalServer {
  readonly #scope: string;
  readonly #library: Library;

  constructor(parts: ContentServerParts) {
    this.#scope = parts.scope;
    this.#library = new Library(parts);
  }

  answer(request: Request): Promise<Response> | undefined {
    if (!isContentUrl(request.url, this.#scope)) return undefined;
    return this.#answer(request);
  }

  /** Resolves when nothing is being fetched or stored that answers have begun. */
  idle(): Promise<void> {
    return this.#library.idle();
  }

  async #answer(request: Request): Promise<Response> {
    const response = await this.#route(request).catch((error: unknown) => errorAnswer(AppError.from(error)));
    response.headers.set(LOCAL_HEADER, 'content');
    const { problem } = this.#library;
    // Headers are ASCII, and errors name containers.
    if (problem) response.headers.set(LOCAL_NOTICE_HEADER, toAscii(JSON.stringify(problem.toRecord())));
    return response;
  }

  async #route(request: Request): Promise<Response> {
    // Who follows a link has not asked for a download, and bytes of a publisher are no page of the app.
    if (isForeign(request) || request.mode === 'navigate') throw new AppError('request/foreign', { url: request.url });
    const address = parseContentUrl(request.url, this.#scope);
    const { target } = address;
    const allowed = target.name === 'fetch' ? ['POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(request.method)) return methodRefused(request, allowed);
    switch (target.name) {
      case 'part':
        return answerFile(request, await this.#partFile(address, target.part));
      case 'manifest':
        return answerFile(request, await this.#documentFile(address, address.manifest));
      case 'blob':
        return answerFile(request, await this.#documentFile(address, target.blob));
      case 'fetch':
        return Response.json({ bytes: await this.#fetch(address, await request.text()) });
      case 'status':
        return Response.json(await this.#library.status(address.manifest), {
          headers: { 'Cache-Control': 'no-store' },
        });
    }
  }

  async #partFile(address: ContentAddress, name: PartName): Promise<ServedFile> {
    const opened = await this.#library.open(address.manifest, address.from);
    const part = await opened.container.part(name);
    const size = opened.container.sizeOf(name) ?? (await this.#library.lengthOf(opened, part));
    return {
      size,
      type: 'application/octet-stream',
      validators: { etag: `"${part.blob.digest}"`, modifiedAt: opened.firstKeptAt },
      open: (span) => this.#library.stream(opened, part, size, span),
    };
  }

  async #documentFile(address: ContentAddress, digest: Digest): Promise<ServedFile> {
    const opened = await this.#library.open(address.manifest, address.from);
    const { container } = opened;
    const document = container.documents.find((each) => each.digest === digest);
    if (!document) throw new AppError('content/not-found', { digest: container.digest, part: `blobs/${digest}` });
    const { size, mediaType } = document;
    return {
      size,
      type: mediaType === MEDIA_TYPES.thumbnail ? mediaType : 'application/octet-stream',
      validators: { etag: `"${digest}"`, modifiedAt: opened.firstKeptAt },
      open: async ({ first, last }) => {
        const bytes = await container.document(document);
        return { content: bytes.subarray(first, last + 1), origins: undefined };
      },
    };
  }

  /** Bytes that came over the network. */
  async #fetch(address: ContentAddress, body: string): Promise<number> {
    const { part, chunks, background } = parseBody(body);
    const opened = await this.#library.open(address.manifest, address.from);
    if (part === 'documents') return this.#library.ensureDocuments(opened);
    const name = parsePart(part);
    if (!name) throw new AppError('request/invalid', { detail: `“${part}” is no part of a container.` });
    return this.#library.ensureChunks(opened, await opened.container.part(name), chunks, background ? 'later' : 'now');
  }
}

function parseBody(text: string): v.InferOutput<typeof FetchSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('request/invalid', { detail: 'its body is not JSON.' }, { cause });
  }
  const body = v.safeParse(FetchSchema, value);
  if (body.success) return body.output;
  throw new AppError('request/invalid', { detail: 'its body is not {part, chunks}.' });
}

function methodRefused({ method, url }: Request, allowed: readonly string[]): Response {
  const names = allowed.join(', ');
  const answer = errorAnswer(new AppError('request/method', { method, url, allowed: names }));
  answer.headers.set('Allow', names);
  return answer;
}

/** The same JSON with `\\u` escapes. */
function toAscii(json: string): string {
  return json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
