import { AppError } from '#domain/errors/index.ts';
import type { Diagnosis } from '#ports/shell.ts';
import type { DebugModel } from '#ui/models/debug-model.ts';
import { diagnosisRows } from '#ui/models/debug-report.ts';
import { formatMoment } from '#ui/models/format.ts';
import { ErrorNote } from './error-note.tsx';
import { CloseIcon } from './icons.tsx';

/** The application's insides, for reports. */
export function DebugPanel({ debug }: { readonly debug: DebugModel }) {
  const diagnosis = debug.diagnosis.value;
  const problem = debug.problem.value;
  return (
    <aside class="debug" aria-labelledby="debug-title">
      <header class="debug-header">
        <h2 id="debug-title">Debug</h2>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label="Close the debug panel"
          onClick={() => debug.close()}
        >
          <CloseIcon />
        </button>
      </header>
      <div class="debug-actions">
        <button type="button" class="button" disabled={diagnosis === undefined} onClick={() => void debug.copy()}>
          Copy report
        </button>
        <button type="button" class="button button-quiet" onClick={() => void debug.refresh()}>
          Refresh
        </button>
        <span role="status">{debug.copied.value ? 'Copied' : ''}</span>
      </div>
      {problem === undefined ? null : <ErrorNote error={problem} />}
      {diagnosis === undefined ? <p class="text-soft">Looking…</p> : <DiagnosisDetails diagnosis={diagnosis} />}
    </aside>
  );
}

function DiagnosisDetails({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  return (
    <>
      <dl class="facts">
        {diagnosisRows(diagnosis).map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      <h3>Caches</h3>
      <dl class="facts">
        {diagnosis.caches.map(({ name, entries }) => (
          <Fact key={name} name={name} value={String(entries)} />
        ))}
      </dl>
      {diagnosis.caches.length === 0 ? <p class="text-soft">None.</p> : null}
      <h3>Errors</h3>
      <ErrorLog errors={diagnosis.errors} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function ErrorLog({ errors }: { readonly errors: Diagnosis['errors'] }) {
  if (errors.length === 0) return <p class="text-soft">None so far.</p>;
  return (
    <ol class="error-log">
      {errors.map(({ at, record }, index) => (
        <li key={index}>
          <p class="error-log-head">
            <code>{record.code}</code> <time dateTime={new Date(at).toISOString()}>{formatMoment(at)}</time>
          </p>
          <p>{AppError.fromRecord(record).message}</p>
        </li>
      ))}
    </ol>
  );
}
