import type { Source } from '#ports/sources.ts';
import { formatAge, formatWait } from './format.ts';

export type SourceState = 'off' | 'answers' | 'fails' | 'unread' | 'refused';

/** How a source does: what matters most comes first. */
export function healthOf({ enabled, health, signature, readAt }: Source): SourceState {
  if (!enabled) return 'off';
  if (signature.name === 'refused') return 'refused';
  if (health.error !== undefined) return 'fails';
  return readAt === undefined ? 'unread' : 'answers';
}

export const HEALTH_LABELS: Readonly<Record<SourceState, string>> = {
  off: 'Off',
  answers: 'Answers',
  fails: 'Does not answer',
  unread: 'Not read yet',
  refused: 'Not trusted',
};

/** How many entries its catalog has. */
export function entriesWords({ entries, readAt }: Source): string {
  if (readAt === undefined) return '';
  return entries === 1 ? '1 entry' : `${entries} entries`;
}

/** When its catalog was last read. */
export function readWords({ readAt, stale }: Source, now: number): string {
  if (readAt === undefined) return 'never read';
  return stale ? `as it was ${formatAge(readAt, now)}` : `read ${formatAge(readAt, now)}`;
}

/** Since when it fails, and when it is tried again. */
export function failingWords({ health, readAt }: Source, now: number): string {
  const last = readAt === undefined ? 'It has never answered' : `Last answer ${formatAge(readAt, now)}`;
  const failures = health.failures > 1 ? `, ${health.failures} failures since` : '';
  const again = health.retryAt === undefined ? '' : `; tried again ${formatWait(health.retryAt, now)}`;
  return `${last}${failures}${again}`;
}
