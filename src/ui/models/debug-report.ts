import { AppError } from '#domain/errors/index.ts';
import type { Diagnosis } from '#ports/shell.ts';
import { formatBytes } from './format.ts';

/** A diagnosis as name and value, in the order in which they are shown. */
export function diagnosisRows(diagnosis: Diagnosis): readonly (readonly [name: string, value: string])[] {
  return [
    ['Build', diagnosis.build],
    ['Engine', diagnosis.engine],
    ['Service worker', diagnosis.serviceWorker],
    ['Cross-origin isolated', diagnosis.crossOriginIsolated ? 'yes' : 'no'],
    ['Storage', describeQuota(diagnosis.quota)],
  ];
}

/** A diagnosis as text to paste into a report. */
export function formatReport(diagnosis: Diagnosis): string {
  const rows = diagnosisRows(diagnosis).map(([name, value]) => `${name}: ${value}`);
  const caches = diagnosis.caches.map(({ name, entries }) => `  ${name}: ${entries} entries`);
  const errors = diagnosis.errors.map(({ at, record }) => `  ${describeError(at, record)}`);
  return ['Portolan report', ...rows, 'Caches:', ...orNone(caches), 'Errors:', ...orNone(errors), ''].join('\n');
}

function describeQuota(quota: Diagnosis['quota']): string {
  if (quota === undefined) return 'the browser does not say';
  const kept = quota.persisted ? 'kept for good' : 'may be cleared by the browser';
  return `${formatBytes(quota.usage)} of ${formatBytes(quota.total)}, ${kept}`;
}

function describeError(at: number, record: Diagnosis['errors'][number]['record']): string {
  const time = new Date(at).toISOString();
  return `${time} ${record.code} ${AppError.fromRecord(record).message} ${JSON.stringify(record.data)}`;
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['  none'];
}
