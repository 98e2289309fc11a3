import type { StorageReport } from '#ports/storage-report.ts';
import { formatBytes } from '#ui/models/format.ts';
import type { StorageModel } from '#ui/models/storage-model.ts';
import { CheckIcon } from '../icons.tsx';

interface StorageSummaryProps {
  readonly storage: StorageModel;
  readonly report: StorageReport;
}

/** How full it is, and whether the browser may clear it. */
export function StorageSummary({ storage, report }: StorageSummaryProps) {
  return (
    <section class="storage-summary" aria-label="Space">
      <Usage report={report} />
      <Persistence storage={storage} persisted={report.persisted} />
    </section>
  );
}

function Usage({ report: { usage, quota } }: Pick<StorageSummaryProps, 'report'>) {
  if (usage === undefined) return <p>The browser does not say how much space is used.</p>;
  if (quota === undefined) return <p class="storage-amount">{formatBytes(usage)} used</p>;
  return (
    <>
      <p class="storage-amount">
        {formatBytes(usage)} <span class="text-soft">of {formatBytes(quota)} that the browser grants</span>
      </p>
      <meter class="fullness" aria-label="Space used" min={0} max={quota} high={quota * 0.9} value={usage}>
        {formatBytes(usage)} of {formatBytes(quota)}
      </meter>
    </>
  );
}

function Persistence({ storage, persisted }: { readonly storage: StorageModel; readonly persisted: boolean }) {
  const state = storage.persist.value;
  if (persisted) {
    return (
      <p class="persistence badge" data-tone="ready">
        <CheckIcon />
        The browser keeps this until you remove it.
      </p>
    );
  }
  return (
    <div class="persistence">
      <p role="status">
        {state === 'refused'
          ? 'The browser did not agree. It often does once the app is installed, or was used for a while.'
          : 'When the device runs low on space, the browser may clear this by itself.'}
      </p>
      <button type="button" class="button" disabled={state === 'asking'} onClick={() => void storage.askToPersist()}>
        Ask the browser to keep this
      </button>
    </div>
  );
}
