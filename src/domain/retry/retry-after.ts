/** A server that wants more is asked again after that all the same. */
const MOST_MS = 24 * 60 * 60 * 1000;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3): whole seconds or a date.
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, at least 0 and at most a day; undefined where there is none that can be understood
 */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wanted = /^\d+$/.test(text) ? Number(text) * 1000 : parseDate(text) - now;
  return Number.isNaN(wanted) ? undefined : Math.min(Math.max(wanted, 0), MOST_MS);
}

/** A date of HTTP begins with a weekday; Date.parse would take much else for one, too. */
function parseDate(text: string): number {
  return /^[A-Z]/.test(text) ? Date.parse(text) : Number.NaN;
}
