/**
 * True for the addresses at which the app itself is: the scope's root and its index.html, with any query. All other
 * addresses below the scope are files.
 * @param scope absolute URL of the registration's scope, ends with `/`
 */
export function isShell(url: URL, scope: string): boolean {
  const { origin, pathname } = new URL(scope);
  return url.origin === origin && (url.pathname === pathname || url.pathname === `${pathname}index.html`);
}

/** The absolute URL of this deployment's own catalog. */
export function ownCatalogUrl(scope: string): string {
  return new URL('catalog/catalog.json', scope).href;
}
