/** When to ask again after a failure. Not here: waiting, asking. */
export { backOff, type BackOffLimits } from './back-off.ts';
export { parseRetryAfter } from './retry-after.ts';
