import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { backOff, type BackOffLimits } from '#domain/retry/index.ts';
import { cleanText } from '#domain/text/index.ts';
import type { CatalogSignature, MirrorOutcome, Source } from '#ports/sources.ts';
import type { SourceRow } from './source-store.ts';

const BACK_OFF: BackOffLimits = { first: 5000, most: 15 * 60 * 1000 };
/** Milliseconds for which an answer is fresh: a page that reads twice in a moment asks once. */
const FRESH_MS = 5000;
/** No back-off is longer (see `parseRetryAfter`): a later time is that of a clock that was set back. */
const LONGEST_REST_MS = 24 * 60 * 60 * 1000;
const MAX_NAME_LENGTH = 100;

/** How reading a source ended. */
export type ReadOutcome =
  | {
      readonly ok: true;
      readonly at: number;
      readonly latency: number;
      readonly entries: number;
      /** Undefined when the catalog, and so its signature, is as it was. */
      readonly signed: { readonly keyId: string | undefined; readonly pin: string | undefined } | undefined;
    }
  | { readonly ok: false; readonly at: number; readonly error: ErrorRecord; readonly random: number };

/** A source that nobody has read yet. */
export function newRow(url: string, about: Partial<SourceRow> = {}): SourceRow {
  return {
    url,
    name: nameOr(undefined, url),
    enabled: true,
    key: undefined,
    keyId: undefined,
    refusal: undefined,
    entries: 0,
    readAt: undefined,
    checkedAt: undefined,
    stale: false,
    latency: undefined,
    failures: 0,
    error: undefined,
    retryAt: undefined,
    ...about,
  };
}

/** The name that the user gives, or the host's. */
export function nameOr(name: string | undefined, url: string): string {
  return cleanText(name ?? '').slice(0, MAX_NAME_LENGTH) || new URL(url).host;
}

/** The row after its catalog was read, or was not. */
export function afterReading(row: SourceRow, outcome: ReadOutcome): SourceRow {
  const { at } = outcome;
  if (!outcome.ok) {
    const refusal = outcome.error.code === 'source/bad-signature' ? outcome.error : row.refusal;
    return { ...afterFailure(row, outcome.error, at, outcome.random), stale: true, checkedAt: at, refusal };
  }
  const { latency, entries, signed } = outcome;
  const signature = signed && { keyId: signed.keyId, key: row.key ?? signed.pin };
  return {
    ...healthy(row),
    ...signature,
    latency,
    entries,
    stale: false,
    checkedAt: at,
    readAt: at,
    refusal: undefined,
  };
}

/** The row after something was fetched from beside its catalog, or was not. */
export function afterMirroring(row: SourceRow, outcome: MirrorOutcome, at: number, random: number): SourceRow {
  if (!outcome.ok) return afterFailure(row, outcome.error, at, random);
  // What is wrong with the catalog is as it was.
  return { ...(row.stale ? row : healthy(row)), latency: Math.round(outcome.milliseconds) };
}

function afterFailure(row: SourceRow, error: ErrorRecord, at: number, random: number): SourceRow {
  const failures = row.failures + 1;
  const { seconds } = error.data;
  // Of a stalled transfer they are how long it was silent, of these how long the server wants to be left alone.
  const asked = /^source\/(?:too-many-requests|server-error)$/.test(error.code) && typeof seconds === 'number';
  const wait = backOff(failures, random, BACK_OFF, asked ? seconds * 1000 : 0);
  return { ...row, failures, error, retryAt: at + wait };
}

function healthy(row: SourceRow): SourceRow {
  return { ...row, failures: 0, error: undefined, retryAt: undefined };
}

/** True when it should be asked again: enabled, not asked just now, and not left alone. */
export function isDue({ enabled, checkedAt, retryAt }: SourceRow, now: number): boolean {
  const rest = (retryAt ?? now) - now;
  return enabled && Math.abs(now - (checkedAt ?? 0)) >= FRESH_MS && (rest <= 0 || rest > LONGEST_REST_MS);
}

/** What the user sees of it. */
export function toSource(row: SourceRow, priority: number, embedded: boolean): Source {
  const { url, name, enabled, entries, readAt, stale, latency, failures, error, retryAt } = row;
  const health = { latency, failures, error, retryAt };
  return { url, name, priority, enabled, embedded, entries, readAt, stale, health, signature: signatureOf(row) };
}

export function signatureOf({ refusal, keyId }: SourceRow): CatalogSignature {
  if (refusal) return { name: 'refused', error: AppError.fromRecord(refusal).toRecord() };
  return keyId === undefined ? { name: 'unsigned' } : { name: 'signed', keyId };
}
