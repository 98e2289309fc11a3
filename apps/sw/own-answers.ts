import { AppError } from '#domain/errors/index.ts';

/** Statuses of what failed between here and a server (RFC 9110, 15.6); all else is 502. */
const STATUS: Readonly<Record<string, number>> = {
  'app/unknown': 404,
  'app/unknown-name': 404,
  'app/forbidden': 403,
  'app/untrusted': 403,
  'app/worker-refused': 403,
  'app/asleep': 503,
  'net/refused': 503,
  'net/closed': 503,
  'app/closed': 503,
  'rpc/closed': 503,
  'app/no-answer': 504,
  'app/silent': 504,
  'net/timeout': 504,
};

/** Milliseconds between two looks whether it works by now. */
const RETRY_MS = 1500;

/**
 * The answer when a machine could not be asked, or its server gave none: a page for a person, JSON for a program.
 * @param shell its address, ends with `/`
 */
export function failureAnswer(request: Request, error: AppError, machine: string, shell: string): Response {
  const link = `${shell}#/machine/${encodeURIComponent(machine)}`;
  return answerOf(request, error, link);
}

/** The answer for what is no app's. */
export function unknownAnswer(request: Request): Response {
  return answerOf(request, new AppError('app/unknown'), undefined);
}

/** The answer for one machine's page that asks another's. */
export function forbiddenAnswer(request: Request): Response {
  return answerOf(request, new AppError('app/forbidden'), undefined);
}

/** The answer for a script that a guest's page would have as its service worker. */
export function workerRefusal(request: Request): Response {
  return answerOf(request, new AppError('app/worker-refused'), undefined);
}

/** @param link where the machine can be started */
function answerOf(request: Request, { code, message, advice }: AppError, link: string | undefined): Response {
  const status = STATUS[code] ?? 502;
  if (request.mode !== 'navigate') return Response.json({ error: { code, message, advice } }, { status });
  return page(status, { title: message, text: advice, link, retries: status === 503 });
}

interface Words {
  readonly title: string;
  readonly text: string;
  /** Where the machine can be started. */
  readonly link: string | undefined;
  /** Goes on by itself as soon as it can. */
  readonly retries: boolean;
}

function page(status: number, { title, text, link, retries }: Words): Response {
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    // What a guest might make of an address cannot become a script here.
    'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-portolan'; connect-src 'self'`,
  };
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<p>${link === undefined ? '' : `<a href="${escaped(link)}" target="_blank" rel="noreferrer">Open the machine</a>`}
<a href="">Try again</a></p>
${retries ? '<p role="status">This page goes on by itself as soon as there is an answer.</p>' : ''}
</main>
${retries ? `<script nonce="portolan">${RETRY}</script>` : ''}
</html>
`;
  return new Response(html, { status, headers });
}

const STYLE = `
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 36rem; padding: 2rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
a { display: inline-block; margin-right: 1.5rem; padding: 0.5rem 0; }
`;

/** A page that nobody looks at does not ask. */
const RETRY = `
const again = async () => {
  const answer = document.hidden ? undefined : await fetch(location.href, { method: 'HEAD' }).catch(() => undefined);
  if (answer && answer.status !== 503) location.reload();
  else setTimeout(again, ${RETRY_MS});
};
setTimeout(again, ${RETRY_MS});
`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
}
