import type { IncomingMessage, ServerResponse } from 'node:http';

/** The name under which the app lives: an origin of its own on the loopback, apart from other software on `localhost`. */
export const HOME_HOST = 'portolan.localhost';

/** Set by the page below when the browser does not resolve the name. */
const STAY = 'portolan-stay';

const PLAIN_LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/** True for a page that was asked for under a plain loopback name, and has not been found to have to stay there. */
export function belongsHome(request: IncomingMessage): boolean {
  return (
    PLAIN_LOOPBACK.test(request.headers.host ?? '') && isNavigation(request) && !request.headers.cookie?.includes(STAY)
  );
}

export function isNavigation({ headers, method }: IncomingMessage): boolean {
  const mode = headers['sec-fetch-mode'];
  // Browsers from before Sec-Fetch-Mode tell by what they accept.
  return (
    method === 'GET' && (mode === undefined ? headers.accept?.includes('text/html') === true : mode === 'navigate')
  );
}

/**
 * Only the browser knows whether it resolves `portolan.localhost` (Chromium and Firefox always do, others ask the
 * system), so the page tries it, and goes there with path, query and fragment, or stays.
 */
export function sendHome(response: ServerResponse): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(PAGE);
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Portolan</title>
<link rel="icon" href="data:,">
<noscript>Portolan needs JavaScript.</noscript>
<script>
  const home = new URL(location.href);
  home.hostname = '${HOME_HOST}';
  fetch(new URL('/health', home), { signal: AbortSignal.timeout(3000) })
    .then((answer) => { if (!answer.ok) throw answer; location.replace(home); })
    .catch(() => { document.cookie = '${STAY}=1; path=/; samesite=lax'; location.reload(); });
</script>
</html>
`;
