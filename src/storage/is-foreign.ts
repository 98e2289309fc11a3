/**
 * Other origins are not answered. A service worker does not see where a navigation comes from: it may look, but it must
 * not change anything.
 */
export function isForeign({ url, headers, mode, method }: Request): boolean {
  const origin = headers.get('Origin') ?? new URL(url).origin;
  return origin !== new URL(url).origin || (mode === 'navigate' && method !== 'GET');
}
