import { useEffect } from 'preact/hooks';
import type { StorageReport } from '#ports/storage-report.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { useFocusAfterRemoval } from '../arrival.ts';
import { ErrorNote } from '../error-note.tsx';
import { LiveRegion } from '../live-region.tsx';
import { Meter } from '../meter.tsx';
import { Page } from '../page.tsx';
import { StorageSummary } from './storage-summary.tsx';
import { StoredContainers } from './stored-containers.tsx';
import { StoredMachines } from './stored-machines.tsx';

/** What takes how much of this device, and how to make room. */
export function StorageView({ app }: { readonly app: AppModel }) {
  const { storage } = app;
  useEffect(() => {
    storage.watch();
    return () => storage.unwatch();
  }, [storage]);
  return (
    <Page app={app} title="Storage" lead="What Portolan keeps on this device, so that it works with no network.">
      <StorageContent app={app} />
      <LiveRegion text={storage.announcement.value} />
    </Page>
  );
}

function StorageContent({ app }: { readonly app: AppModel }) {
  const state = app.storage.state.value;
  switch (state.name) {
    case 'loading':
      return <Meter label="Counting what is on this device" />;
    case 'failed':
      return (
        <ErrorNote error={state.error} title="What is on this device could not be read">
          <button type="button" class="button" onClick={() => void app.storage.retry()}>
            Retry
          </button>
        </ErrorNote>
      );
    case 'ready':
      return <Report app={app} report={state.value} />;
  }
}

function Report({ app, report }: { readonly app: AppModel; readonly report: StorageReport }) {
  useFocusAfterRemoval(report.containers.length + report.machines.length);
  const empty = report.containers.length === 0 && report.machines.length === 0;
  return (
    <>
      <StorageSummary storage={app.storage} report={report} />
      {empty ? (
        <div class="empty">
          <p class="empty-title">Nothing is kept here yet</p>
          <p>Keep a container offline, or suspend a machine: then it is listed here.</p>
          <a class="button" href="#/">
            To the shelf
          </a>
        </div>
      ) : null}
      <StoredContainers app={app} containers={report.containers} />
      <StoredMachines app={app} machines={report.machines} />
    </>
  );
}
