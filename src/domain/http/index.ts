/**
 * HTTP as far as it is form and rule: header fields, heads of requests, what a gateway changes in requests and responses,
 * redirects, cookies. Pure functions and values. Not here: connections, streams, parsing of responses.
 */
export {
  fieldTokens,
  fieldValue,
  fieldValues,
  isFieldValue,
  withoutFields,
  isToken,
  type Header,
  type HeaderList,
} from './header.ts';
export { appsOriginOf, isAppsHost, shellOriginOf, type OriginPair } from './app-origin.ts';
export {
  AppSettingsSchema,
  checkAppSettings,
  formatFieldLines,
  parseFieldLines,
  type AppSettings,
} from './app-settings.ts';
export { parseStartPath } from './start-path.ts';
export { parseAppPath, type AppPath } from './app-path.ts';
export { allowScript, type AddedScript } from './content-security-policy.ts';
export { findFirstElement, type FirstElement } from './first-element.ts';
export { isGuestSocket, socketDestination, type SocketDestination } from './socket-address.ts';
export { encodeRequestHead, isIdempotent, type RequestHead } from './request-head.ts';
export { addressForPage, routePrefix, type AppRoute, type AppsPlace } from './app-route.ts';
export { requestForGuest, type RequestAdditions } from './forward-request.ts';
export { responseForPage, type PageResponse } from './forward-response.ts';
export { CookieJar, type CookieRequest, type RequestSite, type StoredCookies } from './cookie-jar.ts';
export { type CookieOrigin } from './cookie.ts';
