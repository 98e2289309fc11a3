import { concatBytes, stringOfBytes } from '#domain/bytes/index.ts';
import { allowScript, findFirstElement, type AddedScript } from '#domain/http/index.ts';

/** Bytes in which a page's first element is looked for. */
const MOST_BYTES = 64 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** A page with one script more, which runs before all of its own. What is no page stays as it is. */
export function withScript(answer: Response, script: AddedScript): Response {
  const { status, statusText, body } = answer;
  const isPage = /^text\/html(?:;|$)/i.test(answer.headers.get('Content-Type')?.trim() ?? '');
  const isFile = /^attachment/i.test(answer.headers.get('Content-Disposition')?.trim() ?? '');
  if (!body || !isPage || isFile || status === 206) return answer;
  const headers = allowScript([...answer.headers], script).map(([name, value]): [string, string] => [name, value]);
  const left = headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  return new Response(body.pipeThrough(insertion(elementOf(script))), { status, statusText, headers: left });
}

/** Short, and of ASCII alone: a page's encoding has to be named within its first 1024 bytes. */
function elementOf({ url, integrity }: AddedScript): Bytes {
  return new TextEncoder().encode(`<script src="${url}" integrity="${integrity}"></script>`);
}

/** Puts bytes before the first element of a page that passes through. */
function insertion(added: Bytes): TransformStream<Bytes, Bytes> {
  let start: Bytes | undefined = new Uint8Array(0);
  const decide = (isWhole: boolean, controller: TransformStreamDefaultController<Bytes>): void => {
    if (!start) return;
    const found = findFirstElement(stringOfBytes(start.subarray(0, MOST_BYTES)), isWhole || start.length >= MOST_BYTES);
    if (found === 'unknown') return;
    const pieces = found === 'none' ? [start] : [start.subarray(0, found.at), added, start.subarray(found.at)];
    for (const piece of pieces) controller.enqueue(piece);
    start = undefined;
  };
  return new TransformStream({
    transform: (bytes, controller) => {
      if (!start) return controller.enqueue(bytes);
      start = concatBytes([start, bytes]);
      decide(false, controller);
    },
    flush: (controller) => decide(true, controller),
  });
}
