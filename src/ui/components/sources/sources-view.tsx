import type { AppModel } from '#ui/models/app-model.ts';
import { useFocusAfterRemoval } from '../arrival.ts';
import { ErrorNote } from '../error-note.tsx';
import { PlusIcon, RestartIcon } from '../icons.tsx';
import { LiveRegion } from '../live-region.tsx';
import { Meter } from '../meter.tsx';
import { Page } from '../page.tsx';
import { AddSourceDialog } from './add-source-dialog.tsx';
import { SourceDialogs } from './source-dialogs.tsx';
import { SourceRow } from './source-row.tsx';

/** The catalogs that the user has added, in the order in which they are asked. */
export function SourcesView({ app }: { readonly app: AppModel }) {
  const { sources } = app;
  return (
    <Page
      app={app}
      title="Sources"
      lead="Catalogs of containers. Where several have the same bytes, the first that answers delivers them."
      actions={<SourcesActions app={app} />}
    >
      <SourcesContent app={app} />
      <LiveRegion text={sources.announcement.value} />
      <AddSourceDialog adding={sources.adding} />
      <SourceDialogs sources={sources} />
    </Page>
  );
}

function SourcesActions({ app }: { readonly app: AppModel }) {
  const { sources } = app;
  return (
    <>
      <button type="button" class="button" disabled={sources.isRefreshingAll} onClick={() => void sources.refresh()}>
        <RestartIcon />
        Refresh all
      </button>
      <button type="button" class="button button-primary" onClick={() => sources.adding.open()}>
        <PlusIcon />
        Add a source
      </button>
    </>
  );
}

function SourcesContent({ app }: { readonly app: AppModel }) {
  const { sources } = app;
  const state = sources.state.value;
  useFocusAfterRemoval(sources.list.length);
  switch (state.name) {
    case 'loading':
      return <Meter label="Reading the sources" />;
    case 'failed':
      return (
        <ErrorNote error={state.error} title="The list of sources could not be read">
          <button type="button" class="button" onClick={() => void sources.retry()}>
            Retry
          </button>
        </ErrorNote>
      );
    case 'ready':
      return (
        <ol class="panel-list">
          {state.value.map((source, place) => (
            <SourceRow key={source.url} app={app} source={source} place={place} count={state.value.length} />
          ))}
        </ol>
      );
  }
}
