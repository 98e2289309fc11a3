const SCHEMES: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' };

/**
 * The address of a WebSocket, as its constructor takes it (WebSockets Standard, 3.1): relative ones and those of HTTP, too.
 * @throws DOMException `SyntaxError`
 */
export function socketUrl(given: string | URL, base: string): URL {
  const url = URL.parse(String(given), base);
  const scheme = SCHEMES[url?.protocol ?? ''];
  if (!url || scheme === undefined || url.hash !== '') {
    throw new DOMException(`'${String(given)}' is no address of a WebSocket.`, 'SyntaxError');
  }
  url.protocol = scheme;
  return url;
}
